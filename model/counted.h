#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace settings {
inline namespace model {

/// A number with its noun, as a person writes it: "1 setting", "3 settings".
[[nodiscard]] inline std::string counted(std::size_t count, std::string_view one,
                                         std::string_view many) {
    return (std::to_string(count) + ' ').append(count == 1 ? one : many);
}

}  // namespace model
}  // namespace settings
