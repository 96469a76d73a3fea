#pragma once

#include <cstddef>
#include <optional>

#include "model/json.h"

namespace settings {
inline namespace model {

/// How many of many leaves are shown to a person.
inline constexpr std::size_t shown_examples = 20;

/// How many of many keys are named to a person.
inline constexpr std::size_t shown_keys = 1'000;

/// The value, unless it is too long to be shown beside others.
[[nodiscard]] std::optional<Json> if_short(Json value);

}  // namespace model
}  // namespace settings
