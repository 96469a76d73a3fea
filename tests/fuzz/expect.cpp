#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/targets.h"

namespace settings::fuzz {

void expect(bool holds, char const* what_must_hold) {
    if (holds) return;
    std::fprintf(stderr, "this does not hold: %s\n", what_must_hold);
    std::abort();
}

std::string_view take_line(std::string_view& bytes) {
    auto const line = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
    return line;
}

}  // namespace settings::fuzz
