#include "cli/output.h"

#include <cstdio>
#include <stdexcept>

namespace settings::cli {

void print(std::string const& lines) {
    std::fwrite(lines.data(), 1, lines.size(), stdout);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw std::runtime_error{"cannot write the output"};
}

}  // namespace settings::cli
