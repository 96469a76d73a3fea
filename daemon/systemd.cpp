#include "daemon/systemd.h"

#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include "daemon/config.h"

namespace settings::daemon::systemd {

std::optional<int> take_socket() {
    int const count = sd_listen_fds(/*unset_environment=*/1);
    if (count <= 0) return std::nullopt;
    int const descriptor = SD_LISTEN_FDS_START;
    if (count > 1 || sd_is_socket_unix(descriptor, SOCK_STREAM, 1, nullptr, 0) <= 0)
        throw ConfigError{
            "systemd passed something else than one listening Unix socket; settingsd.socket must "
            "have a single ListenStream="};
    return descriptor;
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
