#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace settings {
inline namespace model {

// Dates and times as texts (RFC 3339), and as milliseconds since 1970 (UTC).

/// The time that a text like 2026-11-23T19:00:00Z or 2026-11-23T20:00:00.25+01:00 names. Nothing
/// for any other text.
///
/// Digits after the milliseconds are cut off. The leap second 23:59:60 (UTC) is the second after
/// 23:59:59; no other minute has a second 60.
[[nodiscard]] std::optional<std::int64_t> unix_milliseconds(std::string_view text);

/// The text of a time: in UTC, to the second.
[[nodiscard]] std::string rfc3339(std::int64_t unix_milliseconds);

}  // namespace model
}  // namespace settings
