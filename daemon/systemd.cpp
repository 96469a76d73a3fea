#include "daemon/systemd.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <numeric>
#include <string_view>
#include <utility>

#include "model/printable.h"

namespace settings::daemon::systemd {
namespace {

/// What the service manager calls a socket is its unit's affair; this one it did not make.
constexpr char const* own_name = "settingsd-bound-it";

/// Where the service manager listens, a path or an abstract name (sd_notify(3)); empty elsewhere.
std::string_view notify_socket() {
    auto const* name = std::getenv("NOTIFY_SOCKET");
    return name == nullptr ? "" : name;
}

/// Sends without a wait, which sd_notify(3) would do while the manager takes nothing.
bool send_now(std::string_view name, std::string const& text) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.size() >= sizeof address.sun_path) return true;
    std::ranges::copy(name, address.sun_path);
    if (name.front() == '@') address.sun_path[0] = '\0';
    auto const size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    os::Descriptor const socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    return sendto(socket.number(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                  reinterpret_cast<sockaddr const*>(&address), size) >= 0;
}

/// What the manager did not take goes along with the next message.
void notify(std::string const& line) {
    static std::string waiting;
    constexpr std::size_t most = 16'384;
    auto const name = notify_socket();
    if (name.empty()) return;
    waiting += (waiting.empty() ? "" : "\n") + line;
    if (send_now(name, waiting) || waiting.size() > most) waiting.clear();
}

}  // namespace

Sockets take_sockets() {
    auto const* const name = std::getenv("LISTEN_FDNAMES");
    bool const are_own = name != nullptr && name == std::string_view{own_name};
    int const count = sd_listen_fds(/*unset_environment=*/1);
    std::vector<int> numbers(count > 0 ? static_cast<std::size_t>(count) : 0);
    std::iota(numbers.begin(), numbers.end(), SD_LISTEN_FDS_START);
    return {std::move(numbers), are_own};
}

/// Not at the place where pass_on() wants it: dup2(2) of a number to itself would change nothing.
os::Descriptor copy_of(int socket) {
    return os::Descriptor{fcntl(socket, F_DUPFD_CLOEXEC, SD_LISTEN_FDS_START + 1)};
}

void pass_on(os::Descriptor const& copy, bool is_own) {
    if (!copy.is_open()) return;
    dup2(copy.number(), SD_LISTEN_FDS_START);  // which stays open in the new program
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), /*overwrite=*/1);
    setenv("LISTEN_FDS", "1", /*overwrite=*/1);
    if (is_own) setenv("LISTEN_FDNAMES", own_name, /*overwrite=*/1);
}

void notify_ready() { notify("READY=1"); }
void notify_reloading() { notify("RELOADING=1"); }
void notify_stopping() { notify("STOPPING=1"); }
/// Sends one line: a line break in it would begin another assignment.
void notify_status(std::string const& line) { notify("STATUS=" + printable(line)); }

void notify_watchdog() { notify("WATCHDOG=1"); }

std::optional<std::chrono::microseconds> watchdog_period() {
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(/*unset_environment=*/0, &microseconds) <= 0) return std::nullopt;
    return std::chrono::microseconds{microseconds};
}

}  // namespace settings::daemon::systemd
