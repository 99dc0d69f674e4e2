#!/bin/sh
# as.sh USER PROGRAM [ARGUMENT...] runs a program that connects to NATS as a user of
# nats-server.conf. It takes the user's password from the environment (DATELINE_FETCHER_PASSWORD)
# and leaves the others out of the program's. NATS_HOST is where the server is, 127.0.0.1:4222
# if not set; of a cluster all servers, separated by commas.
set -eu
user=${1:?usage: as.sh USER PROGRAM [ARGUMENT...]}
shift
case $user in
admin | fetcher | normalizer | enricher | sink | archiver | observer | consumer) ;;
*) echo "as.sh: no such user: $user" >&2; exit 2 ;;
esac
variable=DATELINE_$(echo "$user" | tr a-z A-Z)_PASSWORD
eval "password=\${$variable:?is not set}"
DATELINE_NATS=
IFS=, # no other program sees the password, not even sed
for host in ${NATS_HOST:-127.0.0.1:4222}; do
	DATELINE_NATS=${DATELINE_NATS:+$DATELINE_NATS,}nats://$user:$password@$host
done
unset IFS
DATELINE_INBOX_PREFIX="_INBOX_$user"
export DATELINE_NATS DATELINE_INBOX_PREFIX
unset DATELINE_ROUTE_PASSWORD DATELINE_NATS_ROUTES DATELINE_ADMIN_PASSWORD DATELINE_FETCHER_PASSWORD DATELINE_NORMALIZER_PASSWORD DATELINE_ENRICHER_PASSWORD \
	DATELINE_SINK_PASSWORD DATELINE_ARCHIVER_PASSWORD DATELINE_OBSERVER_PASSWORD DATELINE_CONSUMER_PASSWORD
exec "$@"
