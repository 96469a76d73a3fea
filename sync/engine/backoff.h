#pragma once

#include <random>

#include "model/time.h"

namespace settings::sync {

using settings::Time;

/// Delays between failed attempts: floor + uniform(0, min(cap, base · 2ⁿ)), so that a fleet that
/// failed together does not come back together ("full jitter", AWS Architecture Blog, 2015). The
/// floor keeps a lucky draw from being an attack; the jitter stays at the cap too.
class Backoff {
  public:
    struct Options {
        Time floor = std::chrono::seconds{1};
        Time base = std::chrono::seconds{2};
        Time cap = std::chrono::minutes{10};
    };

    Backoff(Options options, std::uint32_t seed, unsigned failures = 0)
        : options_{options}, random_{seed}, failures_{failures} {}

    void configure(Options options) { options_ = options; }

    /// The wait after one more failure.
    [[nodiscard]] Time next();

    /// After a success: the next failure is the first again.
    void reset() { failures_ = 0; }

    [[nodiscard]] unsigned failures() const { return failures_; }

    /// Uniform between 0 and `bound`, from the same source, so that one seed fixes a whole run.
    [[nodiscard]] Time jitter(Time bound);

  private:
    Options options_;
    std::mt19937 random_;
    unsigned failures_;
};

/// The wait until a key that the server refused so often is tried again: 25 s · 5ⁿ, a day at most.
[[nodiscard]] Time retry_ladder(unsigned refusals);

}  // namespace settings::sync
