#pragma once

#include <optional>
#include <string>
#include <utility>

#include "settings/status.h"

namespace settings::client {

// Reading the daemon's answers. A member that is absent, or of another kind, is empty.

/// A member of an object; null when there is none.
[[nodiscard]] Json const& field(Json const& object, char const* name);

[[nodiscard]] std::string text_field(Json const& object, char const* name);
[[nodiscard]] std::optional<Time> time_field(Json const& object, char const* name);

/// Any value, null as well.
[[nodiscard]] std::optional<Json> value_field(Json const& object, char const* name);

template <class Number>
[[nodiscard]] std::optional<Number> number_field(Json const& object, char const* name) {
    Json const& value = field(object, name);
    if (!value.is_number_integer()) return std::nullopt;
    auto const integer = value.get<std::int64_t>();
    if (!std::in_range<Number>(integer)) return std::nullopt;
    return static_cast<Number>(integer);
}

}  // namespace settings::client
