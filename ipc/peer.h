#pragma once

#include <optional>
#include <string>

#include "ipc/command.h"

namespace settings::ipc {

/// Who connected to the socket `fd`, as it was when they did (SO_PEERCRED, SO_PEERGROUPS, unix(7)).
/// Nothing when the kernel does not say.
[[nodiscard]] std::optional<Peer> peer_of(int fd);

/// The path of the program that a process runs (proc(5)); empty when the process has ended or is
/// hidden.
[[nodiscard]] std::string executable_of(pid_t pid);

}  // namespace settings::ipc
