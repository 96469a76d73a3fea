#pragma once

#include <filesystem>

namespace settings::ipc {

/// Makes a listening Unix socket at `path`, mode 0600, and returns its descriptor, which the caller
/// owns: non-blocking and closed on exec.
///
/// The directory is created, mode 0700, if only its last part is missing. A socket that nobody
/// listens on is left over from a crash and is replaced; two callers who try that at once take
/// turns. Blocks for no more than that. Throws std::runtime_error with a sentence that names the
/// path and what to do: the directory belongs to another user or others may write to it, a daemon
/// listens already, or something that is no socket (a link as well) is in the way.
[[nodiscard]] int listen_on(std::filesystem::path const& path);

/// Throws std::runtime_error unless `fd` is a listening Unix stream socket; for one handed in.
void check_listening(int fd);

/// Throws std::runtime_error, naming the mode to set, when others than the owner may connect to the
/// socket's file or write to its directory; for one handed in.
void check_private(int fd);

}  // namespace settings::ipc
