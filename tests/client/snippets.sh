#!/usr/bin/env bash
# Prints C++ in which each ```cpp block of a page is a function: snippets.sh PAGE
set -euo pipefail

cat <<'HEAD'
#include <boost/asio/this_coro.hpp>
#include <iostream>

#include "settings/async_client.h"
#include "settings/client.h"
HEAD
awk '
    /^```cpp$/ { inside = 1; body = ""; first = FNR + 1; next }
    /^```$/ && inside {
        inside = 0
        type = body ~ /co_await/ ? "boost::asio::awaitable<void>" : "void"
        printf "%s snippet_%d() {\n#line %d \"%s\"\n%s}\n", type, first, first, FILENAME, body
    }
    inside { body = body $0 "\n" }
' "$1"
