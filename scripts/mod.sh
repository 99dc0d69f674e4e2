#!/bin/sh
# mod.sh does to every module of the workspace what the go command does to one.
#
#   mod.sh get DIR MODULE@VERSION...  go get in one module, which does not read go.work either
#   mod.sh tidy            go mod tidy, which does not read go.work (golang/go#50750): run on a copy
#                          of go.mod that has the replaces of go.work, then taken out again
#   mod.sh check           fails when tidy would change a file, a go.mod holds a replace, the go
#                          lines differ, or a module asks another version of a sibling
#   mod.sh alone [CMD]     CMD (default: vet and test) in each module with its own choice of
#                          versions, as a user of that module alone would build it
#   mod.sh release VERSION writes VERSION into every go.mod and go.work, prints the tags to set
set -eu
cd "$(dirname "$0")/.."
root=$PWD
path=github.com/dateline-news/dateline
modules=$(sed -n 's/^\t\(\.[^ ]*\)$/\1/p' go.work)
siblings=$(for m in $modules; do [ "$m" = . ] || echo "${m#./}"; done)
version=$(sed -n "s|^\t$path/[^ ]* \(v[^ ]*\) => .*|\1|p" go.work | sort -u)

# replaces writes the replaces of go.work, with whole paths, into the go.mod named.
replaces() {
	for s in $siblings; do
		go mod edit -replace="$path/$s@$version=$root/$s" "$1"
	done
}

# in_copy MODULE CMD... runs CMD in a module with GOWORK=off and the replaces in a go.mod aside.
in_copy() {
	dir=$1
	shift
	cp "$dir/go.mod" "$dir/alone.mod"
	[ ! -f "$dir/go.sum" ] || cp "$dir/go.sum" "$dir/alone.sum"
	replaces "$dir/alone.mod"
	code=0
	(cd "$dir" && GOWORK=off "$@") || code=$?
	return $code
}

drop_copy() { rm -f "$1/alone.mod" "$1/alone.sum"; }

# keep_copy MODULE puts the copy in the place of go.mod and go.sum, without the replaces.
keep_copy() {
	drop_replaces "$1"
	mv "$1/alone.mod" "$1/go.mod"
	[ ! -f "$1/alone.sum" ] || mv "$1/alone.sum" "$1/go.sum"
}

drop_replaces() {
	for s in $siblings; do
		go mod edit -dropreplace="$path/$s@$version" "$1/alone.mod"
	done
}

tidy_one() {
	in_copy "$1" go mod tidy -modfile=alone.mod
	drop_replaces "$1"
}

case ${1:-} in
get)
	m=$2
	shift 2
	in_copy "$m" go get -modfile=alone.mod "$@"
	keep_copy "$m"
	;;
tidy)
	for m in $modules; do
		in_copy "$m" go mod tidy -modfile=alone.mod
		keep_copy "$m"
	done
	;;
check)
	bad=0
	for m in $modules; do
		if grep -q '^replace\|=>' "$m/go.mod"; then
			echo "$m/go.mod: holds a replace; they belong in go.work" >&2
			bad=1
		fi
		tidy_one "$m"
		for f in mod sum; do
			[ -f "$m/alone.$f" ] || continue
			if ! diff -u "$m/go.$f" "$m/alone.$f" >&2; then
				echo "$m/go.$f: not tidy; run scripts/mod.sh tidy" >&2
				bad=1
			fi
		done
		drop_copy "$m"
		if [ "$(grep '^go ' "$m/go.mod")" != "$(grep '^go ' go.work)" ]; then
			echo "$m/go.mod: its go line is not go.work's" >&2
			bad=1
		fi
		if grep "$path/" "$m/go.mod" | grep -v "^module" | grep -qv " $version\( \|$\)"; then
			echo "$m/go.mod: asks another version of a sibling than $version" >&2
			bad=1
		fi
	done
	exit $bad
	;;
alone)
	shift
	[ $# -gt 0 ] || set -- sh -c 'go vet -modfile=alone.mod ./... && go test -modfile=alone.mod ./...'
	for m in $modules; do
		echo "== $m"
		in_copy "$m" "$@" || { drop_copy "$m"; exit 1; }
		drop_copy "$m"
	done
	;;
release)
	new=${2:?usage: mod.sh release VERSION}
	for m in $modules; do
		sed -i "s|\($path/[^ ]*\) $version|\1 $new|" "$m/go.mod"
	done
	sed -i "s|\($path/[^ ]*\) $version =>|\1 $new =>|" go.work
	echo "git tag $new"
	for s in $siblings; do echo "git tag $s/$new"; done
	;;
*)
	sed -n '2,13s/^# \{0,1\}//p' "$0"
	exit 2
	;;
esac
