#!/bin/sh
# s3.sh runs the tests that need a server which speaks S3, on one of their own:
# versitygw, which tools/s3 pins, over a folder that goes again.
set -eu
cd "$(dirname "$0")/.."
[ -x bin/versitygw ] || (cd tools/s3 && GOWORK=off go build -o ../../bin/versitygw github.com/versity/versitygw/cmd/versitygw)
dir=$(mktemp -d)
mkdir "$dir/dateline"
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test-secret AWS_REGION=us-east-1
export AWS_ENDPOINT_URL="http://127.0.0.1:${PORT:-17070}" DATELINE_TEST_S3=dateline
ROOT_ACCESS_KEY=$AWS_ACCESS_KEY_ID ROOT_SECRET_KEY=$AWS_SECRET_ACCESS_KEY \
	bin/versitygw --quiet --port "127.0.0.1:${PORT:-17070}" posix "$dir" >"$dir/log" 2>&1 &
server=$!
trap 'kill $server; rm -rf "$dir"' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do
	grep -q listening "$dir/log" && break
	sleep 1
done
go test -count=1 -v -run S3 ./internal/store ./internal/archive
