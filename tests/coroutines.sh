#!/usr/bin/env bash
# Refuses the known coroutine miscompilations of g++ 12.2 (docs/pitfalls.md): a lambda with
# captures, a conditional, or a braced aggregate inside a co_await expression, and detached
# coroutines, whose exceptions vanish. Looks at whole statements, however they are wrapped.
# Usage: tests/coroutines.sh [SOURCE_DIR]
set -u
cd "${1:-$(dirname "$0")/..}" || exit 2

lambda='co_await[^;]*?[(,]\s*\[[^\]]*[a-z&=][^\]]*\]\s*[({]'
conditional='\?\s*co_await'
aggregate='co_await[^;]*?[({,]\s*[A-Za-z_:]*\{[^};]*,[^};]*\}'
detached='asio::detached'

bad=$(find loop sync ipc daemon client emulator examples -name '*.h' -o -name '*.cpp' | sort |
      xargs grep -Pzo -H "(?s)($lambda|$conditional|$aggregate|$detached)[^\n]*\n" | tr '\0' '\n')
[ -z "$bad" ] || { echo "name the value first, then move it in (docs/pitfalls.md):"; echo "$bad"; exit 1; }
