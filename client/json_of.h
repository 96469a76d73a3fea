#pragma once

#include <settings_snapshot.h>

#include <optional>

#include "settings/value_as.h"

namespace settings::client {

/// JSON of a value in a snapshot. Nothing comes of one that is broken: deeper than any document, or
/// of more values than its bytes have room for, as when several lead to the same one.
[[nodiscard]] std::optional<Json> json_of(settings_value const& value);

}  // namespace settings::client
