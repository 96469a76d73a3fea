#include "daemon/host/daemon_clock.h"

#include <cerrno>
#include <fstream>
#include <stdexcept>

#include "daemon/host/boot_timer.h"
#include "os/descriptor_limit.h"

namespace settings::daemon {
namespace {

constexpr char const* boot_id_file = "/proc/sys/kernel/random/boot_id";

std::string read_boot_id() {
    std::string boot_id;
    errno = 0;
    if (std::getline(std::ifstream{boot_id_file}, boot_id)) return boot_id;
    auto const advice = errno == ENOENT ? "; mount /proc" : "";
    throw std::runtime_error{std::string{"cannot read "} + boot_id_file + ": " +
                             os::reason_of(errno) + advice};
}

}  // namespace

DaemonClock::DaemonClock(std::optional<sync::ClockReading> const& last)
    : boot_id_{read_boot_id()}, offset_{sync::clock_offset(last, boot_id_, boot_now())} {}

Time DaemonClock::now() const { return boot_now() + offset_; }

sync::ClockReading DaemonClock::reading() const {
    auto const since_boot = boot_now();
    return {boot_id_, since_boot, since_boot + offset_};
}

}  // namespace settings::daemon
