#!/usr/bin/env bash
# Fails when systemd finds a fault in a unit, or when one shuts its daemon in less well than before.
# Usage: tests/systemd/units.sh UNITS SETTINGSD NOTIFY: the folder with the units, and the programs they
# start
set -euo pipefail

units=$1 program=$2 notify=$3
skipped=77

if ! command -v systemd-analyze >/dev/null; then
    echo "skipped: there is no systemd-analyze here; it is in the package systemd"
    exit "$skipped"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_RUNTIME_DIR=$folder

# The programs are not installed here: the units are looked at with paths where they are.
cp -r "$units/." "$folder"
sed -i "s|/usr/bin/settingsd|$program|; s|/usr/libexec/settingsd-notify|$notify|" "$folder"/*/*.service

# is_sound MODE UNIT…: what systemd has to say about a unit, of which nothing is welcome.
is_sound() {
    local mode=$1 said
    shift
    if ! said=$(systemd-analyze "$mode" --man=no verify "$@" 2>&1) || [ -n "$said" ]; then
        echo "$said"
        echo "systemd-analyze verify $* should have nothing to say"
        return 1
    fi
}

# is_shut_in LIMIT UNIT: the exposure in tenths, as systemd rates what a unit may do.
is_shut_in() {
    systemd-analyze security --offline=true --threshold="$1" --no-pager "$2" >"$folder/rating" ||
        { grep -v '^✓' "$folder/rating"; echo "$2: more exposed than $1 tenths"; return 1; }
    tail -n 1 "$folder/rating"
}

status=0
is_sound --system "$folder/system/settingsd@.service" "$folder/system/settingsd@.socket" || status=1
is_sound --user "$folder/user/settingsd.service" "$folder/user/settingsd.socket" \
    "$folder/user/settingsd-notify.service" || status=1
is_shut_in 11 "$folder/system/settingsd@.service" || status=1
is_shut_in 17 "$folder/user/settingsd.service" || status=1
is_shut_in 14 "$folder/user/settingsd-notify.service" || status=1
exit "$status"
