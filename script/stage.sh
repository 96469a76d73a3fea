# Sourced by script/demo and script/capture: builds the programs, and has a Flashback service of our
# own and a settingsd in a folder that is gone at the end, whatever happens.

. script/quietly.sh

# What is made here is on this machine, where no proxy leads.
export no_proxy=localhost,127.0.0.1,::1

script/setup
echo "building (the first time takes some minutes) …" >&2
build release settingsd settingsctl flashback-emulator

bin=$PWD/build/release/bin
home=$(mktemp -d "${TMPDIR:-/tmp}/settingsd-stage.XXXXXX")
daemon='' emulator=''
clean_up() {
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
    [ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$home"
}
trap clean_up EXIT

fail() {
    printf '  ✗ %s\n' "$1" >&2
    printf '\nthe log of settingsd:\n' >&2
    cat "$home/settingsd.log" >&2
    exit 1
}

# await WHAT COMMAND…: waits until the command succeeds, for 30 s. On a terminal one line counts meanwhile.
await() {
    local what=$1 begun=$SECONDS waited shown=0
    shift
    until "$@"; do
        waited=$((SECONDS - begun))
        [ $waited -lt 30 ] || fail "$what: not within 30 s"
        if [ -t 2 ] && [ $waited -gt $shown ]; then
            shown=$waited
            printf '\r\033[K  … %s: %d s' "$what" "$waited" >&2
        fi
        sleep 0.05
    done
    [ $shown -eq 0 ] || printf '\r\033[K' >&2
}

ctl() { "$bin/settingsctl" --socket "$home/run/socket" "$@"; }
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$home/emulator.json"; }
admin() { curl -sS --fail-with-body --cacert "$(field ca)" "$(field admin)/$1" "${@:2}"; }
local_document() { ctl --json get; }
server_document() { admin documents | sed 's/^{"[^"]*"://; s/}$//'; }
equal() { [ "$(local_document)" = "$(server_document)" ]; }
status_is() { [[ $(ctl --json status) =~ \"summary\":\"[^\"]*"$1" ]]; }
# The whole line is there.
is_announced() { read -r 2>/dev/null <"$home/emulator.json"; }

start_emulator() {
    # Nobody renews the token of a file: it is to last for as long as somebody tries things.
    "$bin/flashback-emulator" --tls-dir "$home/tls" --token-file "$home/token" --token-life 86400 \
        >"$home/emulator.json" &
    emulator=$!
    await "the service listens" is_announced
    cat >"$home/config.toml" <<CONFIG
[server]
url = "$(field url)"
ca_file = "$(field ca)"
[credentials]
token_file = "$home/token"
[store]
directory = "$home/state"
[socket]
path = "$home/run/socket"
CONFIG
}

start_daemon() {
    "$bin/settingsd" --config "$home/config.toml" 2>>"$home/settingsd.log" &
    daemon=$!
    local deadline=$((SECONDS + 30))
    until ctl get >/dev/null 2>&1; do
        kill -0 "$daemon" 2>/dev/null || fail "settingsd did not start"
        [ $SECONDS -lt $deadline ] || fail "settingsd does not answer"
        sleep 0.02
    done
}
