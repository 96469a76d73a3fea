#!/usr/bin/env bash
# Makes the Debian packages of what is built, and nothing else, in a folder that is emptied before.
# Usage: packaging/pack.sh BUILD_DIR FOLDER
# Exits with 77 and the reason where packages cannot be made.
set -euo pipefail

build=$(realpath "$1") packages=$2
skipped=77

rm -rf "$packages"
if ! command -v dpkg-shlibdeps >/dev/null; then
    echo "skipped: there is no dpkg-dev here"
    [ "${BOOT:-}" = required ] && exit 1
    exit "$skipped"
fi

# cpack makes folders with it, and packages bear them as they are.
umask 022
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! cpack --config "$build/CPackConfig.cmake" -B "$packages" >"$log" 2>&1; then
    cat "$log" >&2
    echo "cpack failed; the lines above say why" >&2
    exit 1
fi
rm -rf "$packages/_CPack_Packages"
