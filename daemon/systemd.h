#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

/// What systemd wants of a service (sd_notify(3), sd_listen_fds(3)). Does nothing elsewhere.
namespace settings::daemon::systemd {

/// The sockets that were passed in, whatever they are; the caller owns them. Once.
[[nodiscard]] std::vector<int> take_sockets();

/// Copies of the sockets that were passed in, for pass_on(): who serves them closes them.
[[nodiscard]] std::vector<int> copies_of(std::vector<int> const& sockets);

/// Lets a program that this process becomes take the sockets over once more.
void pass_on(std::vector<int> const& copies);

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
