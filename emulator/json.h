#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace settings::emulator {

/// A JSON value. Object members are kept sorted by name, so equal values have equal text.
using Json = nlohmann::json;

/// Reads one JSON text as a service in JavaScript would: 1.0 is 1, and where a name stands twice in
/// one object, its last value counts.
///
/// Returns nothing when the text is not JSON, or is nested deeper than 512 levels, which could end
/// the stack. (The service's own bound is not documented.)
[[nodiscard]] std::optional<Json> json_in(std::string_view text);

}  // namespace settings::emulator
