#pragma once

#include <optional>
#include <string>

#include "emulator/json.h"

namespace settings::emulator {

/// The object that a request has as its body; nothing when it is something else.
[[nodiscard]] std::optional<Json> object_in(std::string const& body);

/// The member of an object, as a string; nothing when it is absent or something else.
[[nodiscard]] std::optional<std::string> string_in(Json const& object, char const* name);

}  // namespace settings::emulator
