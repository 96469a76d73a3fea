#!/usr/bin/env bash
# Installs the client library, builds the examples with it as an app would, and has them show live
# what settingsctl changes: package.sh SOURCES BUILD SETTINGSD SETTINGSCTL COMPILER [FLAG…]
set -euo pipefail

sources=$1 build=$2 settingsd=$3 settingsctl=$4 compiler=$5
shift 5
flags="$*"
folder=$(mktemp -d)
running=()
finish() {
    local code=$?
    [ ${#running[@]} = 0 ] || kill "${running[@]}" 2>/dev/null || true
    [ $code = 0 ] || tail -n 20 "$folder"/*.log >&2 || true
    rm -rf "$folder"
}
trap finish EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# quietly COMMAND…: its output is of interest only when it fails.
quietly() { "$@" >>"$folder/build.log" 2>&1 || fail "$*"; }

# run NAME COMMAND…: in the background, with its output in NAME.log.
run() {
    local name=$1
    shift
    "$@" >"$folder/$name.log" 2>&1 &
    running+=($!)
}

# eventually COMMAND…: until it succeeds.
eventually() {
    local deadline=$((SECONDS + 30))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || fail "not in 30 s: $*"
        sleep 0.02
    done
}

shows() { grep -qF -- "$2" "$folder/$1.log"; }

quietly cmake --install "$build" --component client-dev --prefix "$folder/prefix"
export CMAKE_PREFIX_PATH=$folder/prefix
PKG_CONFIG_PATH=$(dirname "$(find "$folder/prefix" -name settingsd-client.pc)")
export PKG_CONFIG_PATH

quietly cmake -S "$sources/examples" -B "$folder/examples" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror $flags"
quietly cmake --build "$folder/examples"
# The archive is complete: each of its objects links, and an app needs no other library of ours.
archive=$(find "$folder/prefix" -name libsettingsd-client.a)
echo 'int main() {}' >"$folder/nothing.cpp"
# The words of flags are separate on purpose.
# shellcheck disable=SC2086
quietly "$compiler" $flags "$folder/nothing.cpp" -Wl,--whole-archive "$archive" \
    -Wl,--no-whole-archive -pthread -o "$folder/everything"

# It takes no names from an app: what it defines is in settings::client, ::model or ::os, and so are
# the types of ours that it has instantiated templates of others with. (A sanitizer's names begin with
# two underscores.)
foreign=$(nm -g --defined-only "$archive" | awk '
    NF == 3 && $3 !~ /^__/ {
        name = $3
        mine = gsub(/8settings(6client|5model|2os)/, "", name)
        if (name ~ /8settings/ || ($2 ~ /[TDBRC]/ && !mine)) print $3
    }' | c++filt)
[ -z "$foreign" ] || fail "names outside settings::client, ::model and ::os: $foreign"

# shellcheck disable=SC2046,SC2086
quietly "$compiler" -std=c++20 -Wall -Wextra -Werror $flags "$sources/examples/follow.cpp" \
    $(pkg-config --cflags --libs settingsd-client) -o "$folder/follow"

# An Asio in another form is refused before the linker mixes the two.
# shellcheck disable=SC2046
"$compiler" -std=c++20 -fsyntax-only -DBOOST_ASIO_NO_DEPRECATED "$sources/examples/follow.cpp" \
    $(pkg-config --cflags settingsd-client) 2>"$folder/refused.log" && fail "was not refused"
shows refused 'settingsd-client has Asio in its default form' || fail "no reason given"

export SETTINGSD_SOCKET=$folder/run/socket
cat >"$folder/config.toml" <<CONFIG
server.url = "https://localhost:1"
store.directory = "$folder/state"
socket.path = "$SETTINGSD_SOCKET"
CONFIG
run clock "$folder/examples/clock"
eventually shows clock ":" # comes up before the daemon does
run settingsd "$settingsd" --config "$folder/config.toml"
eventually "$settingsctl" status

# The store is empty, and the setting not there yet.
"$folder/examples/clock" +1
[ "$("$settingsctl" get clock.hours_ahead)" = 1 ] || fail "no hour was added to none"
# What is there of another kind stays, and the app says so.
"$settingsctl" set clock=noon
"$folder/examples/clock" +1 2>"$folder/refused.log" && fail "was not refused"
shows refused 'clock: "clock" is a text' || fail "no reason given"
"$settingsctl" unset clock

run follow "$folder/follow"
eventually shows follow "theme = light"

shows_the_hour() { shows clock "the hour is $(date +%H)"; }
"$settingsctl" set clock.format='the hour is %H' >/dev/null
eventually shows_the_hour

# It tells what comes after its own "now", which is a moment after its first line.
ahead=0
step() {
    "$folder/examples/clock" +1 && ahead=$((ahead + 1))
    shows follow "clock.hours_ahead"
}
eventually step
"$folder/examples/clock" +1 &
first=$!
"$folder/examples/clock" +1
wait $first
eventually shows follow "clock.hours_ahead = $((ahead + 2))"
[[ $("$settingsctl" log) = *clock/1* ]] || fail "the history does not name the app"
echo "all well"
