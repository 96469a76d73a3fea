#pragma once

#include <string>

#include "cli/print.h"

namespace settings::cli {

/// Writes whole lines, made in that style, to stdout, at once. On a terminal JSON has escapes,
/// which are its own, for what would steer it. Throws std::runtime_error when the lines cannot be
/// written: a full disk shows only here.
void print(std::string const& lines, Style style);

}  // namespace settings::cli
