#!/usr/bin/env bash
# Refuses lines that meet the known coroutine miscompilations of g++ 12.2 (docs/pitfalls.md):
# a lambda with captures, a conditional, or a braced aggregate inside a co_await expression, and
# detached coroutines, whose exceptions vanish.
# Usage: tests/coroutines.sh [SOURCE_DIR]
set -u
cd "${1:-$(dirname "$0")/..}" || exit 2

bad=$(grep -rnE --include='*.h' --include='*.cpp' \
          -e 'co_await[^;]*[(,] *\[[^]]*[a-z&=][^]]*\] *[({]' \
          -e '\? *co_await' \
          -e 'co_await[^;]*[({,] *[A-Za-z_:]*\{[^}]*,[^}]*\}' \
          -e 'asio::detached' \
          sync ipc daemon client emulator)
[ -z "$bad" ] || { echo "name the value first, then move it in (docs/pitfalls.md):"; echo "$bad"; exit 1; }
