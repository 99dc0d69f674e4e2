#!/bin/sh
# fuzz.sh [TIME] runs every fuzz target of the workspace for TIME (default 30s).
set -eu
cd "$(dirname "$0")/.."
time=${1:-30s}
cache=$(go env GOCACHE)/fuzz
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
git ls-files '*_test.go' | xargs grep -l '^func Fuzz' | xargs -n1 dirname | sort -u | while read -r dir; do
	# One program runs all targets of a package: go test would link it for each.
	go test -c -fuzz . -o "$bin/fuzz.test" "./$dir"
	inputs=$cache/$(go list "./$dir")
	grep -h -o '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | sed 's/func //' | sort -u | while read -r target; do
		echo "== $dir $target"
		# The default time to shrink an input is a minute, in which nothing is tried.
		out=$(cd "$dir" && "$bin/fuzz.test" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "$time" \
			-test.fuzzminimizetime 10x -test.fuzzcachedir "$inputs" </dev/null 2>&1) && failed= || failed=yes
		case "$failed,$out" in
		*"Failing input written"*) ;;
		# The end of the time itself is sometimes reported as a failure.
		*"context deadline exceeded"*)
			failed=
			out=$(printf '%s\n' "$out" | grep '^fuzz: ')
			;;
		esac
		printf '%s\n' "$out"
		[ -z "$failed" ] || exit 1
	done
done
