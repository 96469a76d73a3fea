#include "daemon/host/boot_timer.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "loop/as_errors.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

int make_timer() {
    int const descriptor = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (descriptor < 0) throw std::system_error{errno, std::generic_category(), "timerfd_create"};
    return descriptor;
}

timespec to_timespec(std::chrono::nanoseconds time) {
    auto const seconds = std::chrono::floor<std::chrono::seconds>(time);
    return {seconds.count(), (time - seconds).count()};
}

/// Sets the timer; a zero time would mean never to the kernel. Clears an expiry not yet read.
void arm(int descriptor, std::optional<Time> deadline) {
    itimerspec setting{};
    if (deadline) setting.it_value = to_timespec(std::max(*deadline, Time{1}));
    if (timerfd_settime(descriptor, TFD_TIMER_ABSTIME, &setting, nullptr) != 0)
        throw std::system_error{errno, std::generic_category(), "timerfd_settime"};
}

}  // namespace

Time boot_now() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::duration_cast<Time>(std::chrono::seconds{now.tv_sec} +
                                            std::chrono::nanoseconds{now.tv_nsec});
}

BootTimer::BootTimer(asio::any_io_executor const& executor) : timer_{executor, make_timer()} {}

asio::awaitable<void> BootTimer::wait_until(std::optional<Time> deadline) {
    arm(timer_.native_handle(), deadline);
    co_await timer_.async_wait(asio::posix::stream_descriptor::wait_read, loop::as_errors);
}

void BootTimer::wake() { timer_.cancel(); }

}  // namespace settings::daemon
