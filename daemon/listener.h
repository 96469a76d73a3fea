#pragma once

#include <filesystem>
#include <optional>
#include <utility>

#include "daemon/systemd.h"
#include "ipc/socket.h"
#include "os/descriptor.h"

namespace settings::daemon {

/// The socket at which apps find the daemon: passed in by the service manager, or bound by the
/// daemon itself, which can do so anew when its file is gone.
class Listener {
  public:
    /// Throws ConfigError for what stays in the way until a person changes something, so that it is
    /// no reason to be started again and again; std::system_error for what the system does not have
    /// just now.
    Listener(systemd::Sockets const& sockets, std::filesystem::path const& path,
             ipc::Through through);

    /// Hands the socket to whoever serves it.
    [[nodiscard]] os::Descriptor take() { return std::move(socket_); }

    /// Whether the service manager made it.
    [[nodiscard]] bool is_passed() const { return is_passed_; }

    /// The path at which apps find it.
    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

    /// Another socket, bound at the path, when the file of the one before is gone or another file
    /// has taken its place; nothing while apps find the daemon. Throws std::runtime_error with what
    /// is in the way and what to do; one that was passed in only the service manager can bind anew.
    [[nodiscard]] std::optional<os::Descriptor> replacement();

  private:
    bool is_passed_;
    ipc::Through through_;
    os::Descriptor socket_;  ///< until it is taken
    std::filesystem::path path_;
    std::optional<ipc::FileMark> mark_;  ///< nothing where the file cannot be seen from here
};

}  // namespace settings::daemon
