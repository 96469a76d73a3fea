#pragma once

#include <cstddef>
#include <optional>

#include "model/exchange.h"

namespace settings::sync {

/// The document of the server that waits for a person, and what the person says to it. A verdict
/// counts for one document only: another one, seen later, needs a verdict of its own.
class Review {
  public:
    /// The verdict to merge this document with, which the server has now. `document` is a hash.
    [[nodiscard]] Verdict verdict_on(std::size_t document);

    /// The document was merged, which uses the verdict up, or is `held` for a person.
    void merged(std::size_t document, std::optional<MassChange> held);

    /// A person decides on what is held. False when nothing is.
    [[nodiscard]] bool decide(Verdict verdict);

    /// What would change if the document were taken over; nothing when none waits.
    [[nodiscard]] std::optional<MassChange> const& held() const { return held_; }

  private:
    std::optional<MassChange> held_;
    std::size_t document_ = 0;         ///< hash of the document that was merged or held last
    Verdict verdict_ = Verdict::none;  ///< on document_
};

}  // namespace settings::sync
