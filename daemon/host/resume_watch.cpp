#include "daemon/host/resume_watch.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <system_error>

#include "loop/as_errors.h"
#include "os/descriptor.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

/// A timer that is only ever cancelled: by a clock that is set, as by a resume.
os::Descriptor make_alarm() {
    itimerspec never{};
    never.it_value.tv_sec = std::numeric_limits<time_t>::max();
    os::Descriptor timer{timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)};
    constexpr int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
    if (!timer.is_open() || timerfd_settime(timer.number(), flags, &never, nullptr) != 0)
        throw std::system_error{errno, std::generic_category(), "timerfd"};
    return timer;
}

/// Reading takes the cancellation note (ECANCELED); the timer stays armed for the next.
void acknowledge(int timer) {
    std::uint64_t expiries = 0;
    while (read(timer, &expiries, sizeof expiries) < 0 && errno == EINTR) {
    }
}

}  // namespace

ResumeWatch::ResumeWatch(asio::any_io_executor const& executor, std::function<void()> resumed)
    : clock_{executor, make_alarm().release()}, resumed_{std::move(resumed)} {}

asio::awaitable<void> ResumeWatch::run() {
    for (;;) {
        auto [error] =
            co_await clock_.async_wait(asio::posix::stream_descriptor::wait_read, loop::as_errors);
        if (error) co_return;
        acknowledge(clock_.native_handle());
        if (meter_.has_slept(time_asleep())) resumed_();
    }
}

}  // namespace settings::daemon
