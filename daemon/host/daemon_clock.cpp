#include "daemon/host/daemon_clock.h"

#include <fstream>
#include <stdexcept>

#include "daemon/host/boot_timer.h"

namespace settings::daemon {
namespace {

constexpr char const* boot_id_file = "/proc/sys/kernel/random/boot_id";

std::string read_boot_id() {
    std::string boot_id;
    std::getline(std::ifstream{boot_id_file}, boot_id);
    if (boot_id.empty())
        throw std::runtime_error{std::string{"cannot read "} + boot_id_file + "; mount /proc"};
    return boot_id;
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
