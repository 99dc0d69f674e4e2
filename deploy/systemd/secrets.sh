#!/bin/sh
# secrets.sh [DIR] makes a password for each user of nats-server.conf and writes the environment
# files of the units, from the examples beside it, to DIR (/etc/dateline): readable by their owner
# alone, who is root there. systemd hands them to the units. Files that are there stay as they are,
# and it then makes none, because their passwords belong together.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-/etc/dateline}
mkdir -p -m 0755 "$dir"
if [ -e "$dir/nats.env" ]; then
	echo "secrets.sh: $dir/nats.env is there already" >&2
	exit 1
fi
script=
for user in ADMIN FETCHER NORMALIZER ENRICHER SINK ARCHIVER OBSERVER CONSUMER; do
	# Letters and digits alone, a letter first: it stands in an address and in the server's configuration.
	password=p$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
	script="$script s/@$user@/$password/;"
done
# nats.env last: that it is there says that all are.
for name in up archive admin fetcher normalizer enricher observer nats; do
	[ ! -e "$dir/$name.env" ] || { echo "secrets.sh: $dir/$name.env is there already" >&2; exit 1; }
	sed "$script" "$here/$name.env.example" >"$dir/$name.env.new"
	chmod 0400 "$dir/$name.env.new"
	mv "$dir/$name.env.new" "$dir/$name.env"
done
