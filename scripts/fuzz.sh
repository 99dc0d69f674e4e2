#!/bin/sh
# fuzz.sh [TIME] runs every fuzz target of the workspace for TIME (default 30s).
set -eu
cd "$(dirname "$0")/.."
time=${1:-30s}
git ls-files '*_test.go' | xargs grep -l '^func Fuzz' | xargs -n1 dirname | sort -u | while read -r dir; do
	grep -h -o '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | sed 's/func //' | sort -u | while read -r target; do
		echo "== $dir $target"
		# The default time to shrink an input is a minute, in which nothing is tried.
		out=$(go test "./$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x </dev/null 2>&1) && failed= || failed=yes
		case "$failed,$out" in
		*"Failing input written"*) ;;
		# The go command sometimes reports the end of the time itself as a failure.
		*"context deadline exceeded"*)
			failed=
			out=$(printf '%s\n' "$out" | grep '^fuzz: ')
			;;
		esac
		printf '%s\n' "$out"
		[ -z "$failed" ] || exit 1
	done
done
