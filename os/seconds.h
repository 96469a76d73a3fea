#pragma once

#include <string>

namespace settings::os {

/// Says what is wrong with a text that is to be a number of seconds; empty when nothing is. For the
/// command lines, whose library takes "nan" for a number of any range.
[[nodiscard]] std::string wrong_with_seconds(std::string const& text, double least, double most);

}  // namespace settings::os
