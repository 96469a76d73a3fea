#pragma once

#include <string_view>

#include "settings/value.h"

namespace settings::cli {

/// A moment that a person names: "2026-11-23T19:00:00Z" (RFC 3339), or how long ago: a whole number
/// and a unit, with or without " ago", like "90s", "10 min", "2 hours ago", "3 days". Units are
/// seconds, minutes, hours, days and weeks, also as s, sec, min, h, d and w. Throws UsageError.
[[nodiscard]] client::Time past_time(std::string_view text, client::Time now);

}  // namespace settings::cli
