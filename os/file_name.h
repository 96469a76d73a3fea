#pragma once

#include <string>

namespace settings::os {

/// What is wrong with a word of a command line that is to name a file; empty when nothing is. An
/// empty one is what a script's variable without a value leaves: it means no file, and not the
/// usual one either.
[[nodiscard]] std::string wrong_with_file_name(std::string const& name);

}  // namespace settings::os
