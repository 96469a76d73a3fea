#pragma once

#include <chrono>
#include <optional>

#include "loop/signal.h"
#include "model/time.h"
#include "sync/engine/posture.h"
#include "sync/engine/report.h"

namespace settings::daemon {

/// Where the sync stands, for those who tell of it and those who wait for it. On the loop's thread.
class SyncProgress {
  public:
    virtual ~SyncProgress() = default;

    [[nodiscard]] virtual sync::Posture const& posture() const = 0;
    [[nodiscard]] virtual sync::Report report() const = 0;

    /// The daemon's clock, on which posture and report give their times.
    [[nodiscard]] virtual Time now() const = 0;

    /// How far the server's clock is ahead of ours, by its last answer.
    [[nodiscard]] virtual std::optional<std::chrono::seconds> clock_skew() const = 0;

    /// Whether the daemon is about to end, and no round begins any more.
    [[nodiscard]] virtual bool is_stopping() const = 0;

    /// Notified after each step of a round, and when a hint changed what is waited for.
    [[nodiscard]] virtual loop::Signal& progress() = 0;
};

/// Whether there is a point in waiting for the server: neither a person nor the next start of the
/// daemon has to come first.
[[nodiscard]] inline bool goes_on_by_itself(SyncProgress const& sync) {
    return !sync.is_stopping() && !sync::needs_a_person(sync.posture());
}

}  // namespace settings::daemon
