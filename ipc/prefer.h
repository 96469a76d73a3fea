#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "ipc/command.h"

namespace settings::ipc {

/// The longest wait that may be asked for.
inline constexpr std::chrono::seconds longest_wait{3600};

/// What "wait" says in Prefer (RFC 7240, 2 and 4.3). What makes no sense there is to be ignored,
/// and of several the first counts.
[[nodiscard]] Wait wait_in(std::optional<std::string_view> prefer);

}  // namespace settings::ipc
