#pragma once

#include <optional>

#include "ipc/command.h"

namespace settings::ipc {

/// Who connected to the socket `fd`, as it was when they did (SO_PEERCRED, unix(7)). Nothing when
/// the kernel does not say.
[[nodiscard]] std::optional<Peer> peer_of(int fd);

}  // namespace settings::ipc
