#pragma once

#include "model/time.h"
#include "sync/engine/dice.h"

namespace settings::sync {

/// Delays between failed attempts: floor + uniform(0, min(cap, base · 2ⁿ)), so that a fleet that
/// failed together does not come back together ("full jitter", AWS Architecture Blog, 2015). The
/// floor keeps a lucky draw from being an attack; the jitter stays at the cap too.
///
/// The longer an outage lasts, the more devices have something to send when it ends. So the cap
/// grows, too: by a quarter with each failure at the cap, up to three times the cap.
class Backoff {
  public:
    static constexpr int growth = 3;

    struct Options {
        Time floor = std::chrono::seconds{1};
        Time base = std::chrono::seconds{2};
        Time cap = std::chrono::minutes{10};
    };

    explicit Backoff(Options options, unsigned failures = 0)
        : options_{options}, failures_{failures} {}

    void configure(Options options) { options_ = options; }

    /// The wait after one more failure.
    [[nodiscard]] Time next(Dice& dice);

    /// After a success: the next failure is the first again.
    void reset() { failures_ = 0; }

    [[nodiscard]] unsigned failures() const { return failures_; }

  private:
    Options options_;
    unsigned failures_;
};

}  // namespace settings::sync
