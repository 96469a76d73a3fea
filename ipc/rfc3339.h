#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace settings::ipc {

/// A date and time with its offset, as in 2026-11-23T19:00:00Z (RFC 3339), in milliseconds since
/// 1970. Nothing when it is none.
[[nodiscard]] std::optional<std::int64_t> unix_milliseconds(std::string const& text);

}  // namespace settings::ipc
