#pragma once

#include <string>

namespace settings::cli {

/// Writes whole lines to stdout, at once. Throws std::runtime_error when they cannot be written: a
/// full disk shows only here.
void print(std::string const& lines);

}  // namespace settings::cli
