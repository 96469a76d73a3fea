#include "sync/engine/review.h"

#include <utility>

namespace settings::sync {

Verdict Review::verdict_on(std::size_t document) {
    if (document != document_) verdict_ = Verdict::none;
    return verdict_;
}

/// While the merge went on a person may have decided: on the document before, or on this one.
void Review::merged(std::size_t document, std::optional<MassChange> held) {
    bool const is_another = std::exchange(document_, document) != document;
    if (is_another || !held) verdict_ = Verdict::none;
    held_ = held;
}

bool Review::decide(Verdict verdict) {
    if (!held_) return false;
    verdict_ = verdict;
    return true;
}

}  // namespace settings::sync
