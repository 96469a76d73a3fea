#!/usr/bin/env bash
# Prints a C++ program that has each ```cpp block of some pages as a function, and runs the one whose
# page and first line it is told; without, prints their names: samples.sh PAGE…
set -euo pipefail

cat <<'HEAD'
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <iostream>
#include <map>
#include <string>

#include "settings/async_client.h"
#include "settings/client.h"
#include "settings/mapped_settings.h"

namespace {

void run(void (*sample)()) { sample(); }

void run(boost::asio::awaitable<void> (*sample)()) {
    boost::asio::io_context loop;
    boost::asio::co_spawn(loop, sample(), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
    loop.run();
}

HEAD
awk '
    FNR == 1 { page = FILENAME; sub(/.*\//, "", page) }
    /^```cpp$/ { inside = 1; body = ""; first = FNR + 1; next }
    /^```$/ && inside {
        inside = 0
        ++count
        type = body ~ /co_await/ ? "boost::asio::awaitable<void>" : "void"
        printf "%s sample_%d() {\n#line %d \"%s\"\n%s}\n", type, count, first, FILENAME, body
        table = table sprintf("    {\"%s:%d\", [] { run(sample_%d); }},\n", page, first, count)
    }
    inside { body = body $0 "\n" }
    END { printf "\nstd::map<std::string, void (*)()> const samples{\n%s};\n", table }
' "$@"
cat <<'TAIL'

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2) samples.at(argv[1])();
    else
        for (auto const& [place, sample] : samples) std::cout << place << '\n';
    std::cout << std::flush;
}
TAIL
