#pragma once

#include <cstddef>
#include <string_view>

namespace settings {
inline namespace model {

/// How many values, objects and lists a text of JSON has at most, by a look at its commas and
/// brackets: each value but the first follows one. What stands in strings does not count. It is no
/// fewer than there are, also where the text cannot be read.
[[nodiscard]] std::size_t values_in(std::string_view json);

}  // namespace model
}  // namespace settings
