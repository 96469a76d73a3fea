#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "os/descriptor.h"

/// What systemd wants of a service (sd_notify(3), sd_listen_fds(3)). Does nothing elsewhere.
namespace settings::daemon::systemd {

/// The sockets that this process was started with.
struct Sockets {
    std::vector<int> numbers;  ///< whatever they are
    bool are_own = false;      ///< bound by the program that this process was before
};

/// The caller owns them. Once.
[[nodiscard]] Sockets take_sockets();

/// A copy of a socket, for pass_on(): who serves the socket closes it.
[[nodiscard]] os::Descriptor copy_of(int socket);

/// Lets a program that this process becomes take the socket over.
void pass_on(os::Descriptor const& copy, bool is_own);

// None of these waits: what the service manager does not take now goes along with the next one. For
// the loop's thread.
void notify_ready();
void notify_reloading();
void notify_stopping();
void notify_status(std::string const& line);
void notify_watchdog();

/// How often systemd wants to hear of us (sd_watchdog_enabled(3)); nothing when it does not.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_period();

}  // namespace settings::daemon::systemd
