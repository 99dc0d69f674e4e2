#!/bin/sh
# Has a NATS server started anew that met a full disk, once the disk has room. A stream that could
# not be written takes no message any more until then, however much room there is.
#
#   mend.sh HOST:PORT FOLDER MIB COMMAND...
#
# asks the server's monitoring at HOST:PORT. When a stream could not be written, or the server
# hangs (it may, when the disk is full while it purges), and the disk of FOLDER has so many MiB
# free, it runs COMMAND, such as `systemctl restart nats-server`. Otherwise it does nothing. Run it
# every ten seconds. It needs curl.
set -eu

if [ $# -lt 4 ]; then
	echo "usage: $0 HOST:PORT FOLDER MIB COMMAND..." >&2
	exit 2
fi
monitor=$1 folder=$2 wanted=$3
shift 3

answer=$(curl --silent --max-time 10 "http://$monitor/healthz") && code=0 || code=$?
case "$code $answer" in
"28 "* | *"write error"*) ;; # 28: no answer in time
*) exit 0 ;;
esac
free=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }')
if [ "$free" -lt "$wanted" ]; then
	echo "streams cannot be written; $free MiB are free at $folder, $wanted are wanted" >&2
	exit 0
fi
echo "streams could not be written, and $free MiB are free at $folder: $*" >&2
exec "$@"
