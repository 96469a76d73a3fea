#!/usr/bin/env bash
# curl, one process for each request.
set -euo pipefail
. "$(dirname "$0")/told.sh"

call() { curl -sS --noproxy '*' --unix-socket "$SOCKET" "$@"; }

# Bodies and statuses, a line each, as one line.
answers() { while read -r body && read -r status; do echo "$status $body"; done; }

ask() { call -X "$1" ${3+--data-binary "$3"} -w '\n%{http_code}\n' "http://localhost$2" | answers; }
again() { call -w '\n%{http_code}\n' "http://localhost$1"{,,} | answers; }
# In this one's place, so that it ends when the client is ended.
watch() { exec curl -sSN --noproxy '*' --unix-socket "$SOCKET" "http://localhost$1"; }

do_as_told
