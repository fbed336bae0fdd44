#!/usr/bin/env bash
# A PostgreSQL of our own for tests and measurements: in one folder, on a free port of this machine.
#   tests/postgres.sh start FOLDER [-c NAME=VALUE ...]   prints the address of its database
#   tests/postgres.sh stop FOLDER                        ends it and deletes FOLDER
# Exits with 3 where PostgreSQL is not installed. On CI=1, Debian's package is installed first.
set -euo pipefail

find_programs() {
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
  [ -n "$found" ] || found=$(dirname "$(command -v initdb || true)" 2>/dev/null || true)
  [ -x "$found/initdb" ] && echo "$found"
}

# PostgreSQL refuses to run as root: then as the user that its package made.
as_owner() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

install() {
  [ "${CI:-}" = 1 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  { apt-get install -qq -y postgresql || { apt-get update -qq && apt-get install -qq -y postgresql; }; } >&2
}

action=$1 folder=$2
shift 2
programs=$(find_programs) || { install && programs=$(find_programs); } || {
  echo "PostgreSQL is not installed (on Debian: apt-get install postgresql)." >&2
  exit 3
}
cd / # the owner may not be allowed to read where we stand

if [ "$action" = stop ]; then
  as_owner "$programs/pg_ctl" stop --silent --mode immediate --pgdata "$folder/data" || true
  rm -rf "$folder"
  exit
fi

mkdir -p "$folder"
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077; echo "$password" >"$folder/password")
[ "$(id -u)" != 0 ] || chown -R postgres "$folder"
as_owner "$programs/initdb" --pgdata "$folder/data" --username karmavani --pwfile "$folder/password" \
  --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 --no-sync >/dev/null
for _ in 1 2 3; do # another program may take the port before we do
  port=$((20000 + RANDOM % 12000))
  as_owner "$programs/pg_ctl" start --silent --wait --pgdata "$folder/data" --log "$folder/log" \
    --options "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= $*" \
    >/dev/null && started=1 && break
done
[ "${started:-}" = 1 ] || { cat "$folder/log" >&2; exit 1; }
PGPASSWORD=$password "$programs/createdb" --host 127.0.0.1 --port "$port" --username karmavani karmavani
echo "postgresql://karmavani:$password@127.0.0.1:$port/karmavani"
