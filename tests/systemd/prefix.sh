#!/usr/bin/env bash
# Fails when an installation leaves its prefix, replaces a configuration, or has units that start
# another program than its own.
# Usage: tests/systemd/prefix.sh BUILD_DIR
set -euo pipefail

build=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
prefix=$folder/a/prefix

fail() {
    echo "$1" >&2
    exit 1
}

install_it() { cmake --install "$build" --prefix "$prefix" --strip >"$folder/log" || fail "$(cat "$folder/log")"; }

install_it
! grep -v "^$prefix/" "$build/install_manifest.txt" || fail "these files are outside of $prefix"
! grep -E '^-- (Installing|Up-to-date): ' "$folder/log" | grep -v ": $prefix/" ||
    fail "these files are outside of $prefix"

# starts UNIT PROGRAM
starts() {
    grep -q "^ExecStart=$prefix/$2$" "$prefix/lib/systemd/$1" || fail "$1 starts another program"
    grep -q "^ExecPaths=$prefix/$2 " "$prefix/lib/systemd/$1" || fail "$1 does not let its program run"
    [ -x "$prefix/$2" ] || fail "there is no $2 for $1"
}

starts user/settingsd.service bin/settingsd
starts system/settingsd@.service bin/settingsd
starts user/settingsd-notify.service libexec/settingsd-notify
grep -q "^Environment=XDG_CONFIG_HOME=$prefix/etc$" "$prefix/lib/systemd/system/settingsd@.service" ||
    fail "the system's daemon reads the configuration of another installation"

config=$prefix/etc/settingsd/config.toml
"$prefix/bin/settingsd" --check-config --config "$config" >/dev/null
echo '# written by a person' >"$config"
install_it
grep -q 'written by a person' "$config" || fail "the configuration was replaced"
