#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "loop/signal.h"

namespace settings::loop {

/// Whether somebody has left for whom others wait: so that they need not wait to the end. All calls
/// on the loop's thread; for one wait at a time.
class Departure {
  public:
    /// Notes that whoever asked has left; ends the wait in hand.
    void happen();

    /// As Signal::wait_until(), but false, too, once `somebody` has left. Null never leaves.
    [[nodiscard]] static boost::asio::awaitable<bool> wait_until(
        std::shared_ptr<Departure> somebody, Signal& signal, Signal::Clock::time_point deadline);

  private:
    bool happened_ = false;
    Signal::Waiter* waiter_ = nullptr;  ///< place of the wait in hand
};

}  // namespace settings::loop
