#!/usr/bin/env bash
# Fails when a folder includes one that it may not know, or a library that is not its own.
# Usage: tests/layers.sh [SOURCE_DIR]
set -u
cd "${1:-$(dirname "$0")/..}" || exit 2
status=0

refuse() { echo "$1"; echo "$2"; status=1; }

# includes PATTERN FOLDER…: the lines of the folders' own files that include what matches.
includes() {
    local pattern=$1
    shift
    for folder; do
        find "$folder" -maxdepth 1 \( -name '*.h' -o -name '*.cpp' \) -exec grep -nHE "#include $pattern" {} +
    done
}

# Folder, and the folders that it may include besides itself. Every folder of the product is here.
layers() {
    cat <<'LAYERS'
model
os
loop            os
snapshot        model os
store           model os
sync/engine     model
sync/remote     sync/engine model loop os
sync/account    sync/remote sync/engine model loop os
ipc             model loop os
daemon/effects  store sync/engine model
daemon/host     sync/account sync/engine model loop os
daemon/driver   daemon/effects daemon/host sync/account sync/remote sync/engine store model loop
daemon/service  daemon/driver daemon/host sync/account sync/engine store ipc model loop
daemon          daemon/service daemon/driver daemon/host sync/account sync/remote sync/engine store snapshot ipc model loop os
client          settings model os
client/include/settings settings
cli             settings model os
notify          settings model os
emulator
LAYERS
}

while read -r folder allowed; do
    known=$(echo "$folder $allowed" | tr -s ' ' '|')
    bad=$(includes '"' "$folder" | grep -vE "#include \"($known)/[a-z0-9_]+\.h\"")
    [ -z "$bad" ] || refuse "$folder may include only: $folder $allowed" "$bad"
done < <(layers)

mapfile -t folders < <(layers | cut -d ' ' -f 1)
unknown=$(find model os loop snapshot store sync ipc daemon client cli notify emulator \( -name '*.h' -o -name '*.cpp' \) \
              ! -path 'client/typescript/*' ! -path 'client/include/*' -printf '%h\n' | sort -u |
          grep -vxF "$(printf '%s\n' "${folders[@]}")")
[ -z "$unknown" ] || refuse "a folder that no line of tests/layers.sh speaks of" "$unknown"

# Library, and the folders or files that may include it.
while read -r library allowed; do
    bad=$(includes "<$library" "${folders[@]}" client/include/settings | grep -vE "^($allowed)")
    [ -z "$bad" ] || refuse "only $allowed may include $library" "$bad"
done <<'LIBRARIES'
boost/asio loop/|sync/remote/|sync/account/|ipc/|daemon/(host|driver|service)/|daemon/[a-z_]+\.|client/http|client/async|client/include/settings/async|emulator/server
boost/beast sync/remote/|ipc/|client/http|emulator/server
openssl/ sync/remote/|sync/account/|emulator/
sqlite3 store/
spdlog/ daemon/(host|driver|service)/|daemon/[a-z_]+\.
systemd/ daemon/systemd|notify/(desktop|main)
libmnl/ daemon/host/network
toml\+\+ daemon/config
CLI/ daemon/main|cli/|notify/main|emulator/
settings_snapshot client/json_of|client/include/settings/mapped_settings
LIBRARIES

# What decides knows neither clock, chance nor thread: all of it comes as an argument.
bad=$(grep -rnE '_clock::now|clock_gettime|(std|)::time\(|random_device|<thread>|<mutex>' \
          model sync/engine sync/account daemon/effects)
[ -z "$bad" ] || refuse "time and chance are arguments here" "$bad"

# Emulator and simulator judge the product's merge, paths and changes, so they have their own. (The
# emulator sees nothing of the model: its line above says so.)
bad=$(includes '"model/(patch|path|merge|change_set)\.h"' tests/simulation
      grep -nE '(^|[^.>_:[:alnum:]])(deep_merge|common_base|apply_changes|changes_of|diff|removed_paths|excerpt|resolve|cuts|split)\(|settings::(merge|erase|find|dotted)\(' \
          tests/simulation/*.h tests/simulation/*.cpp)
[ -z "$bad" ] || refuse "the simulated world has laws of its own: emulator/document.h and edits.h" "$bad"

exit $status
