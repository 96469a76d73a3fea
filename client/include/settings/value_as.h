#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace settings::client {

using Json = nlohmann::json;

/// A JSON value as a T, or nothing when it is of another type.
///
/// Strict where nlohmann's own conversions are not: true is no number, 0.5 is no int, and 300 is no
/// std::uint8_t. All that are no numbers are converted as nlohmann does it, which goes for
/// containers of numbers, and for types of yours that have a from_json.
template <class T>
[[nodiscard]] std::optional<T> value_as(Json const& value) {
    if constexpr (std::same_as<T, Json>) {
        return value;
    } else if constexpr (std::integral<T> && !std::same_as<T, bool>) {
        if (!value.is_number_integer()) return std::nullopt;
        bool const fits = value.is_number_unsigned() ? std::in_range<T>(value.get<std::uint64_t>())
                                                     : std::in_range<T>(value.get<std::int64_t>());
        if (!fits) return std::nullopt;
    } else if constexpr (std::floating_point<T>) {
        if (!value.is_number()) return std::nullopt;
        if (std::abs(value.get<double>()) > std::numeric_limits<T>::max()) return std::nullopt;
    }
    try {
        return value.get<T>();
    } catch (Json::exception const&) {
        return std::nullopt;
    }
}

}  // namespace settings::client
