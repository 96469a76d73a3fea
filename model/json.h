#pragma once

#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "model/result.h"

namespace settings {
inline namespace model {

/// A JSON value. Object members are kept sorted by name, so equal values have equal text.
using Json = nlohmann::json;

/// Bounds on a text to be parsed.
struct JsonLimits {
    std::size_t depth = std::numeric_limits<std::size_t>::max();  ///< nested objects and arrays
    std::size_t envelope = 0;  ///< of these, the outermost that an error message does not count
    std::size_t key_bytes = std::numeric_limits<std::size_t>::max();  ///< one member's name
    bool exact_numbers = false;  ///< whether one that would come back as another is an error
};

/// Parses one JSON text (RFC 8259), strictly: duplicate names, invalid UTF-8, lone surrogates,
/// numbers beyond a double and anything after the value are errors that name the place.
///
/// Numbers come back in one form: 1.0 and 1e0 are 1, as a JavaScript server would store them.
/// Errors: bad_request, or too_large when a limit is passed.
[[nodiscard]] Result<Json> parse_json(std::string_view text, JsonLimits const& limits = {});

// "A value, or absent" is an optional where it is owned and a pointer where it is only looked at.

[[nodiscard]] inline Json const* pointer_to(std::optional<Json> const& value) {
    return value ? &*value : nullptr;
}

[[nodiscard]] inline std::optional<Json> copy_of(Json const* value) {
    if (value == nullptr) return std::nullopt;
    return *value;
}

/// The member of that name, or null when there is none or the value is no object.
[[nodiscard]] Json const* member(Json const* value, std::string_view name);

/// The canonical text of a value: no spaces, members sorted, shortest numbers.
[[nodiscard]] std::string to_text(Json const& value);

/// Whether a text is UTF-8: only then can it stand in JSON.
[[nodiscard]] bool is_utf8(std::string const& text);

}  // namespace model
}  // namespace settings
