#!/usr/bin/env bash
# Fails when a module includes one that it may not know, or a library that is not its own.
# Usage: tests/layers.sh [SOURCE_DIR]
set -u
cd "${1:-$(dirname "$0")/..}" || exit 2
status=0

refuse() { echo "$1"; echo "$2"; status=1; }

# Module, and the modules that it may include besides itself.
while read -r module allowed; do
    folders=$(echo "$module $allowed" | tr -s ' ' '|')
    bad=$(grep -rnE '#include "[a-z_]+/' --include='*.h' --include='*.cpp' "$module" |
          grep -vE "#include \"($folders)/")
    [ -z "$bad" ] || refuse "$module may include only: $module $allowed" "$bad"
done <<LAYERS
model
store model
sync model
ipc model
daemon model store sync ipc
client settings
cli settings
emulator model
LAYERS

# Library, and the files that may include it.
while read -r library allowed; do
    bad=$(grep -rnE "#include <$library" --include='*.h' --include='*.cpp' \
              model store sync ipc daemon client cli emulator | grep -vE "^($allowed)")
    [ -z "$bad" ] || refuse "only $allowed may include $library" "$bad"
done <<LIBRARIES
boost/asio sync/https_remote|sync/name_lookup|sync/account|sync/token_command|ipc/|daemon/|client/http|client/async|client/include/settings/async|emulator/server
boost/beast sync/https_remote|sync/name_lookup|ipc/|client/http|emulator/server
openssl/ sync/https_remote|sync/jwt|emulator/
sqlite3 store/
spdlog/ daemon/
systemd/ daemon/systemd
libmnl/ daemon/network
toml\+\+ daemon/config
CLI/ daemon/main|cli/|emulator/
LIBRARIES

# What decides in sync knows no clock either.
bad=$(grep -nE '_clock::now|clock_gettime|[^_a-z]time\(|random_device|<thread>|<mutex>' \
          sync/engine.* sync/plan.* sync/reply.* sync/backoff.* \
          sync/token_reply.* sync/jwt.* sync/credentials.*)
[ -z "$bad" ] || refuse "the sync engine is pure: time and chance are arguments" "$bad"

exit $status
