#pragma once

#include <string_view>

#include "settings/value.h"

namespace settings::cli {

/// Reads a moment that a person names, in any words that settingsctl prints or a person would
/// write:
///
///   - "2026-11-23 19:00:00 CET", in this process's time zone, or in UTC. Seconds, zone, and the
///     time or the date may be left out. In place of a date: today, yesterday.
///   - "2026-11-23T19:00:00Z" (RFC 3339).
///   - now, "just now", or how long ago: whole numbers and units, with or without " ago", like
///     "90s", "1h 30min", "2 hours ago". Units are seconds, minutes, hours, days and weeks, also as
///     s, sec, min, h, d and w.
///
/// Throws UsageError, which says what to write instead: also for a time that the clocks here
/// skipped or showed twice, because they were put forward or back.
[[nodiscard]] client::Time past_time(std::string_view text, client::Time now);

}  // namespace settings::cli
