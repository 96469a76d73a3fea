#pragma once

#include <algorithm>
#include <utility>

#include "tests/simulation/violation.h"
#include "tests/simulation/world.h"

namespace settings::simulation {

/// How often one device may ask, in true time.
///
/// In every window of time t it sends at most 60 + t / 10 s requests. A crash may forget what was
/// paid for and not yet written down, a reboot also what came back meanwhile: three requests each.
/// And it waits as long as the server asked, even across a crash, once it has written that down;
/// but a person who insists, or logs in, gets one round.
class Pace {
  public:
    void requested(Time now) {
        if (now < patience_ && !is_excused_)
            throw Violation{"Retry-After", "a request " +
                                               std::to_string((patience_ - now).count()) +
                                               " ms before the time that the server asked for"};
        drain(now);
        over_ += 1;
        if (over_ > 60.0) throw Violation{"budget", "more than 60 + t / 10 s requests"};
    }

    /// Failed rounds in a row, as the engine counts them: they set the length of its waits.
    void failed_in_a_row(unsigned failures, bool has_succeeded) {
        if (failures < failures_ && !has_succeeded)
            throw Violation{"patience", "after " + std::to_string(failures_) +
                                            " failures in a row it counts " +
                                            std::to_string(failures)};
        failures_ = failures;
    }

    void told_to_wait(Time until) {
        patience_ = until;
        wishes_ = 0;
        is_excused_ = false;
    }
    /// A person wants a sync: the second such wish, or a login, excuses one round.
    void wished() { is_excused_ |= ++wishes_ >= 2; }
    void logged_in() { is_excused_ = true; }
    void failed() {
        if (std::exchange(is_excused_, false)) wishes_ = 0;
    }
    void looked(Time now) {
        if (is_excused_) patience_ = std::min(patience_, now);
        is_excused_ = false;
    }
    /// What was told is on disk, and so are the failures.
    void noted(unsigned failures) {
        noted_patience_ = patience_;
        noted_failures_ = failures;
    }

    void crashed(Time now) {
        patience_ = noted_patience_;
        failures_ = noted_failures_;
        drain(now);
        over_ = std::max(0.0, over_ - 3);
    }

    [[nodiscard]] Time patience() const { return patience_; }

  private:
    /// The most that any window which ends now has over its allowance (Lindley's recursion).
    void drain(Time now) {
        constexpr double interval_ms = 10'000;
        over_ = std::max(0.0, over_ - static_cast<double>((now - at_).count()) / interval_ms);
        at_ = now;
    }

    double over_ = 0;
    Time at_{0};
    Time patience_{0};
    Time noted_patience_{0};
    unsigned wishes_ = 0;
    bool is_excused_ = false;
    unsigned failures_ = 0;
    unsigned noted_failures_ = 0;
};

}  // namespace settings::simulation
