#include "daemon/systemd.h"

#include <fcntl.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cstdlib>
#include <numeric>

namespace settings::daemon::systemd {

std::vector<int> take_sockets() {
    int const count = sd_listen_fds(/*unset_environment=*/1);
    std::vector<int> sockets(count > 0 ? static_cast<std::size_t>(count) : 0);
    std::iota(sockets.begin(), sockets.end(), SD_LISTEN_FDS_START);
    return sockets;
}

std::vector<int> copies_of(std::vector<int> const& sockets) {
    std::vector<int> copies;
    for (int const socket : sockets) copies.push_back(fcntl(socket, F_DUPFD_CLOEXEC, 0));
    return copies;
}

void pass_on(std::vector<int> const& copies) {
    if (copies.empty()) return;
    int place = SD_LISTEN_FDS_START;
    for (int const socket : copies) dup2(socket, place++);  // which stays open in the new program
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), /*overwrite=*/1);
    setenv("LISTEN_FDS", std::to_string(copies.size()).c_str(), /*overwrite=*/1);
}

void notify_ready() { sd_notify(0, "READY=1"); }
void notify_reloading() { sd_notify(0, "RELOADING=1"); }
void notify_stopping() { sd_notify(0, "STOPPING=1"); }
void notify_status(std::string const& line) { sd_notify(0, ("STATUS=" + line).c_str()); }

void notify_watchdog() { sd_notify(0, "WATCHDOG=1"); }

std::optional<std::chrono::microseconds> watchdog_period() {
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(/*unset_environment=*/0, &microseconds) <= 0) return std::nullopt;
    return std::chrono::microseconds{microseconds};
}

}  // namespace settings::daemon::systemd
