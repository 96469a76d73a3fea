#include "daemon/host/sleep_meter.h"

#include <time.h>

#include <utility>

namespace settings::daemon {

namespace {

std::chrono::nanoseconds now(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

std::chrono::nanoseconds time_asleep() {
    auto const awake = now(CLOCK_MONOTONIC);
    return now(CLOCK_BOOTTIME) - awake;
}

bool SleepMeter::has_slept(std::chrono::nanoseconds asleep) {
    return asleep - std::exchange(asleep_, asleep) >= std::chrono::seconds{1};
}

}  // namespace settings::daemon
