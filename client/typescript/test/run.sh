#!/usr/bin/env bash
# Builds the package in a folder and tests it there, against the programs that $SETTINGSD and
# $FLASHBACK_EMULATOR name: run.sh FOLDER
set -euo pipefail

folder=${1:?"run.sh needs the folder to build in"}
: "${SETTINGSD:?names the daemon to test against}" "${FLASHBACK_EMULATOR:?names the service}"
package=$(cd "$(dirname "$0")/.." && pwd)
if [ "$package/node_modules/.package-lock.json" -ot "$package/package-lock.json" ]; then
    echo "$package/node_modules is missing or out of date; run script/setup" >&2
    exit 1
fi

rm -rf "$folder"
mkdir -p "$folder"
cp -R "$package"/{package.json,README.md,tsconfig.json,src,test} "$folder"
ln -s "$package/node_modules" "$folder"
cd "$folder"
node_modules/.bin/tsc
exec node --test test/*.test.mjs
