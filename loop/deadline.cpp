#include "loop/deadline.h"

#include <utility>

namespace settings::loop {

Deadline::Deadline(boost::asio::any_io_executor executor, std::function<void()> passed)
    : timer_{std::move(executor)}, passed_{std::move(passed)} {}

void Deadline::start(Clock::time_point time) {
    deadline_ = time;
    if (deadline_ < armed_) arm();
}

bool Deadline::stop() {
    deadline_ = Clock::time_point::max();
    return std::exchange(has_passed_, false);
}

/// A timer that has fired is past cancelling, so its handler may run when this is gone.
void Deadline::arm() {
    armed_ = deadline_;
    timer_.expires_at(armed_);
    timer_.async_wait([this, life = std::weak_ptr{life_}](boost::system::error_code const& error) {
        if (!error && !life.expired()) on_timer();
    });
}

void Deadline::on_timer() {
    armed_ = Clock::time_point::max();
    if (deadline_ == Clock::time_point::max()) return;
    if (Clock::now() < deadline_) return arm();
    has_passed_ = true;
    deadline_ = Clock::time_point::max();
    passed_();
}

}  // namespace settings::loop
