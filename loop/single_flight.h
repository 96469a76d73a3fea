#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <utility>

#include "loop/signal.h"

namespace settings::loop {

/// Work of which one goes on at a time: whoever asks meanwhile waits for its result and gets the
/// same (as golang.org/x/sync/singleflight). All calls on the loop's thread. `Result` has a value
/// without a meaning, by default.
template <class Result>
class SingleFlight {
  public:
    explicit SingleFlight(boost::asio::any_io_executor const& executor) : landed_{executor} {}

    /// Does the work, or drops it unbegun and joins the one that goes on. Work does not throw.
    [[nodiscard]] boost::asio::awaitable<Result> run(boost::asio::awaitable<Result> work) {
        if (is_under_way_) {
            co_await landed_.wait_until(Signal::Clock::time_point::max());
            co_return last_;
        }
        is_under_way_ = true;
        last_ = co_await std::move(work);
        is_under_way_ = false;
        landed_.notify();
        co_return last_;
    }

  private:
    bool is_under_way_ = false;
    Result last_{};
    Signal landed_;
};

}  // namespace settings::loop
