#pragma once

#include <optional>

#include "model/json.h"

namespace settings {
inline namespace model {

/// Whether two values are the same: the one comparison of values in this program.
///
/// Numbers count by what they are and not by how they are kept: integers by their value whatever
/// their sign, and an integer is the same as a floating-point number only if that is exactly it.
/// The JSON library's == casts, and takes -1 for 18446744073709551615 and 2^53 + 1 for 2^53.
[[nodiscard]] bool same(Json const& a, Json const& b);

/// The same where a value may be absent.
[[nodiscard]] bool same(Json const* a, Json const* b);
[[nodiscard]] inline bool same(std::optional<Json> const& a, std::optional<Json> const& b) {
    return same(pointer_to(a), pointer_to(b));
}

}  // namespace model
}  // namespace settings
