#pragma once

#include <optional>

#include "model/exchange.h"

namespace settings::sync {

/// The document of the server that waits for a person, and what the person says to it. A verdict
/// counts for one document only: another one, seen later, needs a verdict of its own. What this
/// device sends meanwhile makes no other one of it.
class Review {
  public:
    /// What to merge the next document with.
    [[nodiscard]] Judgement word() const;

    /// A document was merged, which uses the verdict up, or is `held` for a person.
    void merged(std::optional<MassChange> held);

    /// A person decides on what is held. False when nothing is.
    [[nodiscard]] bool decide(Verdict verdict);

    /// A person decided about single keys of what is held, and that is done. `rest` is what is
    /// still held; a verdict on the whole is on that now.
    void decided(std::optional<MassChange> rest);

    /// What would change if the document were taken over; nothing when none waits.
    [[nodiscard]] std::optional<MassChange> const& held() const { return held_; }

  private:
    std::optional<MassChange> held_;
    Verdict verdict_ = Verdict::none;  ///< a person's word on `held_`
};

}  // namespace settings::sync
