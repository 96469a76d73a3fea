#pragma once

#include <chrono>
#include <string>

namespace settings::client {

/// Where the daemon listens: $SETTINGSD_SOCKET, else settingsd/socket in $XDG_RUNTIME_DIR or, when
/// that is not set, in /run/user/<uid>.
[[nodiscard]] std::string default_socket();

/// The name of this program's file, without its folder.
[[nodiscard]] std::string program_name();

/// How a client talks to the daemon.
struct Options {
    /// For connecting, and again for each exchange.
    std::chrono::milliseconds timeout{5'000};

    /// How the history calls this app, like "clock/1.2".
    std::string app_name = program_name();
};

}  // namespace settings::client
