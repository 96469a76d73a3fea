#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace settings::cli {

/// The one of the known words that somebody most likely meant who typed another: one mistake away,
/// or two where it is longer than four bytes. A mistake is a byte left out, added, taken for
/// another or swapped with its neighbour. Nothing when none is so near, or two are equally near.
[[nodiscard]] std::optional<std::string> nearest(std::string_view typed,
                                                 std::vector<std::string> const& known);

/// The end of a sentence about a word that is not known: `; did you mean "theme"?`, or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view typed,
                                       std::vector<std::string> const& known);

}  // namespace settings::cli
