#pragma once

#include "model/time.h"

namespace settings::sync {

/// Bounds the requests of one device, whatever goes wrong: a bucket of 60 tokens that gets one back
/// each 10 s. A request costs one, and the first one after a failure five, so that in an outage a
/// fleet of these comes down to a request each 50 s ("token bucket" retries, Amazon Builders'
/// Library, "Timeouts, retries and backoff with jitter").
///
/// In any span of time t it lets through at most 60 + t / 10 s requests.
class Budget {
  public:
    static constexpr unsigned capacity = 60;
    static constexpr Time usual_interval = std::chrono::seconds{10};
    static constexpr unsigned cost_of_retry = 5;

    /// How full the bucket was at a time; full by default.
    struct Level {
        /// Time until the bucket is full again, as of `at`; at most capacity · interval.
        Time owed{0};
        Time at{0};
    };

    /// One token comes back after each `interval`. A level from the future, as from a damaged note,
    /// counts as one of now.
    Budget(Time interval, Level level, Time now);

    void configure(Time interval);

    /// How long until so many tokens are there; zero when they are.
    [[nodiscard]] Time wait_for(unsigned tokens, Time now) const;

    /// Takes tokens if they are there.
    [[nodiscard]] bool spend(unsigned tokens, Time now);

    [[nodiscard]] Level level() const { return level_; }

  private:
    [[nodiscard]] Time full() const { return capacity * interval_; }
    [[nodiscard]] Time owed(Time now) const;

    Time interval_;
    Level level_;
};

}  // namespace settings::sync
