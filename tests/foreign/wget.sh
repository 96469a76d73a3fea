#!/usr/bin/env bash
# wget, one process for each request. It knows no Unix sockets.
set -euo pipefail
. "$(dirname "$0")/told.sh"

call() { wget -q -O - --no-proxy --tries=1 "$@"; }

# Of headers and bodies, the statuses and the bodies. A body has no end of line of its own.
answers() {
    sed 's|HTTP/1\.1 [0-9]|\n&|g' | tr -d '\r' |
        awk '/^HTTP\/1\.1 / { status = $2 } /^\{/ { print status " " $0 }'
}

# It ends with 8 where the status says that something is wrong, which is for us to say.
ask() {
    { call --save-headers --content-on-error --method="$1" ${3+--body-data="$3"} "$BASE$2" || [ $? -eq 8 ]; } |
        answers
}
again() { call --save-headers "$BASE$1"{,,} | answers; }
# In this one's place, so that it ends when the client is ended.
watch() { exec wget -q -O - --no-proxy "$BASE$1"; }

do_as_told
