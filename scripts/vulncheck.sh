#!/bin/sh
# vulncheck.sh [DB] looks in every module of the workspace for calls of code with known
# vulnerabilities. DB is a folder or an address; without it ../shared/vulndb.tgz is taken if it
# is there, else the database of the Go project.
set -eu
cd "$(dirname "$0")/.."
db=${1:-}
packed=${DATELINE_SHARED:-../shared}/vulndb.tgz
if [ -z "$db" ] && [ -f "$packed" ]; then
	tar -xzf "$packed" -C bin
	db=$PWD/bin/vulndb
fi
case $db in
/*) db=file://$db ;;
esac
for module in $(sed -n 's/^\t\(\.[^ ]*\)$/\1/p' go.work); do
	echo "== govulncheck $module"
	bin/govulncheck ${db:+-db "$db"} -C "$module" ./...
done
