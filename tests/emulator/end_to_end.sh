#!/bin/bash
# Runs the real program and talks to it with curl: end_to_end.sh PATH-TO-flashback-emulator
set -euo pipefail

program=$1
folder=$(mktemp -d)
pid=
finish() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# start OPTION…: runs the program and reads its line into $url, $admin, $ca, $token and $refresh.
start() {
    mkfifo "$folder/ready"
    "$program" "$@" >"$folder/ready" &
    pid=$!
    read -r line <"$folder/ready" || fail "no line on stdout"
    rm "$folder/ready"
    url=$(field url) admin=$(field admin) ca=$(field ca)
    token=$(field token) refresh=$(field refreshToken)
}

field() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/" <<<"$line"; }

# stop: it has to end well, also while clients wait.
stop() {
    kill -TERM "$pid"
    timeout 30 tail --pid="$pid" -f /dev/null || fail "still there after SIGTERM"
    wait "$pid" || fail "SIGTERM ended it with $?"
    pid=
}

# call METHOD URL [BODY]: prints the answer's body, then its status.
call() {
    curl -sS --max-time "${patience:-20}" --cacert "$ca" -H "Authorization: Bearer $token" \
        -X "$1" ${3+--data-binary "$3"} -w ' %{http_code}' "$2"
}

# expect TEXT COMMAND…: the command has to print just this.
expect() {
    local wanted=$1 got
    shift
    got=$("$@" 2>&1) || true
    [ "$got" = "$wanted" ] || fail "$*
  expected: $wanted
  got:      $got"
}

# expect_failure CODE COMMAND…: the command has to exit with this code.
expect_failure() {
    local wanted=$1 code=0
    shift
    "$@" >/dev/null 2>&1 || code=$?
    [ "$code" = "$wanted" ] || fail "$*: expected exit code $wanted, got $code"
}

documented_calls() {
    expect '{"settings":{},"success":true} 200' call GET "$url/settings/user"
    expect '{"message":"User settings partially updated successfully","success":true} 200' \
        call PUT "$url/settings/user" '{"theme":"light","notifications":{"email":true,"push":true}}'
    expect '{"message":"User settings partially updated successfully","success":true} 200' \
        call PUT "$url/settings/user" '{"notifications":{"email":false}}'
    expect '{"settings":{"notifications":{"email":false,"push":true},"theme":"light"},"success":true} 200' \
        call GET "$url/settings/user"
    expect '{"message":"User settings keys deleted successfully","success":true} 200' \
        call DELETE "$url/settings/user" '{"keys":["theme","notifications.push"]}'
    expect '{"settings":{"notifications":{"email":false}},"success":true} 200' \
        call GET "$url/settings/user"
    expect '{"message":"User settings updated successfully","success":true} 200' \
        call POST "$url/settings/user" '{"settings":{"only":1}}'
    expect '{"demo@flashback.tech":{"only":1}} 200' call GET "$admin/documents"
    expect '{"message":"Keys array is required and must not be empty","success":false} 400' \
        call DELETE "$url/settings/user" '{"keys":[]}'
    expect '{"message":"Not found","success":false} 404' call GET "$url/nothing"
    expect '{"message":"Method not allowed","success":false} 405' call PATCH "$url/settings/user"
    token=junk expect '{"message":"Invalid token","success":false} 401' call GET "$url/settings/user"
}

login_and_rotation() {
    line=$(call POST "$url/user/login" '{"email":"demo@flashback.tech","password":"demo"}')
    [[ $line == *'"success":true'*' 200' ]] || fail "login: $line"
    token=$(field accessToken)
    local first
    first=$(field refreshToken)
    expect '{"settings":{"only":1},"success":true} 200' call GET "$url/settings/user"

    line=$(call POST "$url/user/refresh" "{\"refreshToken\":\"$first\",\"refresh_token\":\"$first\"}")
    [[ $line == *' 200' ]] || fail "refresh: $line"
    token=$(field accessToken)
    expect '{"settings":{"only":1},"success":true} 200' call GET "$url/settings/user"
    expect '{"message":"Invalid refresh token","success":false} 401' \
        call POST "$url/user/refresh" "{\"refreshToken\":\"$first\"}"

    line=$(call POST "$url/user/refresh" "{\"refresh_token\":\"$refresh\"}")
    [[ $line == *' 200' ]] || fail "refresh of the printed token: $line"
    [[ $(call GET "$admin/requests") != *"$first"* ]] || fail "a token is in the list of requests"
}

faults() {
    expect '{"success":true} 200' call PUT "$admin/faults" 'answer 500 twice, drop after applying'
    local broken='{"error":"Database connection failed","message":"Internal server error","success":false} 500'
    expect "$broken" call PUT "$url/settings/user" '{"a":1}'
    expect "$broken" call GET "$url/settings/user"
    expect_failure 52 call PUT "$url/settings/user" '{"lost":"answer"}' # empty reply
    expect '{"settings":{"lost":"answer","only":1},"success":true} 200' call GET "$url/settings/user"

    call PUT "$admin/faults" 'drop before answering, drop after headers, answer truncated, hang' \
        >/dev/null
    expect_failure 52 call PUT "$url/settings/user" '{"a":1}'
    expect_failure 18 call GET "$url/settings/user" # closed with bytes outstanding
    expect_failure 18 call GET "$url/settings/user"
    patience=3 expect_failure 28 call GET "$url/settings/user" # timed out
    expect '{"settings":{"lost":"answer","only":1},"success":true} 200' call GET "$url/settings/user"
}

# An empty chunked body whose last chunk comes in pieces, each a TLS record of its own.
trickle() {
    python3 - "$url" "$ca" "$token" <<'END' || fail "an empty body in pieces gets no answer"
import socket, ssl, sys, urllib.parse
url, ca, token = sys.argv[1:]
server = urllib.parse.urlsplit(url)
plain = socket.create_connection((server.hostname, server.port), timeout=20)
tls = ssl.create_default_context(cafile=ca).wrap_socket(plain, server_hostname=server.hostname)
head = f"PUT /settings/user HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
for piece in (head + "Transfer-Encoding: chunked\r\n\r\n", "0\r\n", "\r", "\n"):
    tls.sendall(piece.encode())
sys.exit(not tls.recv(1024).startswith(b"HTTP/1.1 400 "))
END
}

offline() {
    expect '{"success":true} 200' call PUT "$admin/online" false
    expect_failure 52 call GET "$url/settings/user"
    expect '{"success":true} 200' call PUT "$admin/online" true
    expect '{"settings":{"lost":"answer","only":1},"success":true} 200' call GET "$url/settings/user"
}

# Going offline and ending both take the connections along that still wait for an answer.
waiting_clients() {
    call PUT "$admin/faults" 'hang forever' >/dev/null
    call DELETE "$admin/requests" >/dev/null
    call GET "$url/settings/user" >/dev/null 2>&1 &
    local client=$!
    until [[ $(call GET "$admin/requests") == *hung* ]]; do :; done
    "$@" >/dev/null
    local code=0
    wait "$client" || code=$?
    [ "$code" = 52 ] || fail "the waiting client ended with $code after: $*"
}

large_bodies() {
    head -c 3000000 /dev/zero | tr '\0' x | sed 's/.*/{"big":"&"}/' >"$folder/large"
    expect '{"message":"User settings partially updated successfully","success":true} 200' \
        call PUT "$url/settings/user" "@$folder/large"
    head -c 9000000 /dev/zero >"$folder/large"
    expect '{"message":"Content Too Large","success":false} 413' \
        call PUT "$url/settings/user" "@$folder/large"
}

# Each bad certificate is refused by a client that trusts the CA (curl's code 60).
bad_certificates() {
    local kind
    for kind in expired wrong-host self-signed; do
        start --tls-dir "$folder/tls" --certificate "$kind"
        expect_failure 60 call GET "$url/settings/user"
        stop
    done
}

bad_starts() {
    local taken=${url##*:}
    expect "flashback-emulator: cannot listen on 127.0.0.1 port $taken: Address already in use" \
        "$program" --listen "127.0.0.1:$taken"
    expect_failure 1 "$program" --listen "127.0.0.1:$taken"
    expect_failure 2 "$program" --faults 'answer nothing'
}

start --tls-dir "$folder/tls" --token-file "$folder/token"
[ "$(<"$folder/token")" = "$token" ] || fail "the token file holds another token"
[ "$(stat -c %a "$folder/token")" = 600 ] || fail "the token file is readable for others"
documented_calls
login_and_rotation
faults
trickle
offline
large_bodies
bad_starts
waiting_clients call PUT "$admin/online" false
call PUT "$admin/online" true >/dev/null
waiting_clients stop

start --url-prefix /api --merge shallow --latency 300 --faults 'refuse key bad'
expect '{"message":"Failed to partially update user settings","success":false} 400' \
    call PUT "$url/settings/user" '{"bad":1}'
before=$(date +%s%N)
expect '{"settings":{},"success":true} 200' call GET "$url/settings/user"
(($(date +%s%N) - before >= 300000000)) || fail "no latency"
stop
[ ! -e "$(dirname "$ca")" ] || fail "the throw-away CA outlived its process"

bad_certificates
echo "all well"
