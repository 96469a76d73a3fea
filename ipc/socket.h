#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "os/descriptor.h"

namespace settings::ipc {

/// Tells one file from another that took its path. A new file has another mark, also where the
/// number of a removed file is given out again.
struct FileMark {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    std::int64_t born = 0;  ///< in nanoseconds since 1970; 0 where the file system does not know

    bool operator==(FileMark const&) const = default;
};

/// The mark of the file at a path; nothing where there is none, or none to be seen from here.
[[nodiscard]] std::optional<FileMark> mark_of(std::filesystem::path const& path);

/// The path that a listening Unix socket was bound to; empty for a name that is no path.
[[nodiscard]] std::filesystem::path path_of(int fd);

/// Whom the file system lets through to a socket, before the kernel is asked who they are.
enum class Through {
    owner,     ///< mode 0600 in a folder of mode 0700
    everybody  ///< mode 0666 in a folder of mode 0711, where it is made here
};

/// Makes a listening Unix socket at `path`: non-blocking and closed on exec.
///
/// The directory is created if only its last part is missing. A socket that nobody
/// listens on is left over from a crash and is replaced; two callers who try that at once take
/// turns. Blocks for no more than that. Throws std::runtime_error with a sentence that names the
/// path and what to do: the directory belongs to another user or others may write to it, a daemon
/// listens already, or something that is no socket (a link as well) is in the way.
[[nodiscard]] os::Descriptor listen_on(std::filesystem::path const& path,
                                       Through through = Through::owner);

/// Whether `fd` is what listen_on() made there, for the same ones, and clients still find it.
[[nodiscard]] bool is_listening_on(int fd, std::filesystem::path const& path, Through through);

/// Throws std::runtime_error unless `fd` is a listening Unix stream socket; for one handed in.
void check_listening(int fd);

/// Throws std::runtime_error, naming the mode to set, when others than the owner may connect to the
/// socket's file or write to its directory; for one handed in.
void check_private(int fd);

}  // namespace settings::ipc
