#pragma once

#include <cstddef>

#include "model/json.h"

namespace settings {
inline namespace model {

/// Levels of nested objects and lists: 0 for a plain value.
[[nodiscard]] std::size_t depth_of(Json const& value);

}  // namespace model
}  // namespace settings
