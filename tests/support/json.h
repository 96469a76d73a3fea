#pragma once

#include <string_view>

#include "model/json.h"

namespace settings {

/// The value of a text that is known to be good.
inline Json json(std::string_view text) { return parse_json(text).value(); }

}  // namespace settings
