#!/bin/sh
# secrets.sh [HOST] makes a password for each user of nats-server.conf, and prints the Secrets that the
# pods want, each service its own. HOST is where NATS is: nats:4222 if not set; the three of a cluster
# with commas between them. Once for a cluster:
#
#   deploy/kubernetes/secrets.sh | kubectl -n dateline create -f -
#
# `create` fails when they are there already. Passwords belong together: to have new ones, delete all first.
set -eu
hosts=${1:-nats:4222}

password() { printf p; od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# secret NAME KEY VALUE
secret() {
	printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: { name: %s }\nstringData:\n  %s: "%s"\n' "$1" "$2" "$3"
}

server="  DATELINE_ROUTE_PASSWORD: $(password)"
for user in admin fetcher normalizer enricher sink archiver observer consumer; do
	made=$(password)
	server="$server
  DATELINE_$(echo "$user" | tr a-z A-Z)_PASSWORD: $made"
	secret "dateline-$user" nats "nats://$user:$made@$(echo "$hosts" | sed "s|,|,nats://$user:$made@|g")"
done
secret dateline-http token "$(password)"
printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: { name: dateline-nats }\nstringData:\n%s\n' "$server"
