#include "loop/departure.h"

namespace settings::loop {

void Departure::happen() {
    happened_ = true;
    if (waiter_ != nullptr) waiter_->wake();
}

boost::asio::awaitable<bool> Departure::wait_until(std::shared_ptr<Departure> somebody,
                                                   Signal& signal,
                                                   Signal::Clock::time_point deadline) {
    Signal::Waiter waiter{signal};
    if (!somebody) co_return co_await waiter.wait_until(deadline);
    if (somebody->happened_) co_return false;
    somebody->waiter_ = &waiter;
    bool const woken = co_await waiter.wait_until(deadline);
    somebody->waiter_ = nullptr;
    co_return woken && !somebody->happened_;
}

}  // namespace settings::loop
