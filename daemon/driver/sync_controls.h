#pragma once

#include <optional>
#include <string>

#include "model/exchange.h"

namespace settings::daemon {

/// What a person may tell the sync. On the loop's thread.
class SyncControls {
  public:
    virtual ~SyncControls() = default;

    /// Asks for a round that begins now.
    virtual void sync_now() = 0;

    /// Decides on the document that is held for review.
    virtual void decide(Verdict verdict) = 0;

    /// Single keys of that document were decided about, and `rest` is still held.
    virtual void decided(std::optional<MassChange> rest) = 0;

    /// Decides on the document that is not ours yet. The word outlives the process once memory() is
    /// kept.
    virtual void decide(Meeting meeting, Exceptions exceptions) = 0;

    /// Begins no round until resume(). A round under way ends first. Both outlive the process once
    /// memory() is kept.
    virtual void pause() = 0;
    virtual void resume() = 0;

    /// What must outlive the process, a pause among it, as text for the store.
    [[nodiscard]] virtual std::string memory() const = 0;
};

}  // namespace settings::daemon
