#pragma once

#include <cstddef>
#include <string>

namespace settings::os {

/// Lets this process have as many files open as it may, and returns how many that are.
std::size_t raise_descriptor_limit();

/// What an error number means, and where too many files are open what to do.
[[nodiscard]] std::string reason_of(int error);

}  // namespace settings::os
