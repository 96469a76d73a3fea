#include "cli/output.h"

#include <unistd.h>

#include <cstdio>
#include <stdexcept>

#include "model/printable.h"

namespace settings::cli {

void print(std::string const& lines, Style style) {
    bool const may_steer = style == Style::json && isatty(STDOUT_FILENO) == 1;
    auto const text = may_steer ? printable_lines(lines) : lines;
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw std::runtime_error{"cannot write the output"};
}

}  // namespace settings::cli
