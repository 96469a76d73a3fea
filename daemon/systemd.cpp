#include "daemon/systemd.h"

#include <systemd/sd-daemon.h>

#include <numeric>

namespace settings::daemon::systemd {

std::vector<int> take_sockets() {
    int const count = sd_listen_fds(/*unset_environment=*/1);
    std::vector<int> sockets(count > 0 ? static_cast<std::size_t>(count) : 0);
    std::iota(sockets.begin(), sockets.end(), SD_LISTEN_FDS_START);
    return sockets;
}

void notify_ready() { sd_notify(0, "READY=1"); }
void notify_reloading() { sd_notify(0, "RELOADING=1"); }
void notify_stopping() { sd_notify(0, "STOPPING=1"); }
void notify_status(std::string const& line) { sd_notify(0, ("STATUS=" + line).c_str()); }

void notify_watchdog() { sd_notify(0, "WATCHDOG=1"); }

std::optional<std::chrono::microseconds> watchdog_period() {
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(/*unset_environment=*/1, &microseconds) <= 0) return std::nullopt;
    return std::chrono::microseconds{microseconds};
}

}  // namespace settings::daemon::systemd
