#include "sync/engine/review.h"

#include <utility>

namespace settings::sync {

Judgement Review::word() const {
    if (!held_) return {};
    return {verdict_, held_->document};
}

/// While the merge went on a person may have decided: on the document before, or on this one.
void Review::merged(std::optional<MassChange> held) {
    bool const is_the_same = held && held_ && held->document == held_->document;
    if (!is_the_same) verdict_ = Verdict::none;
    held_ = held;
}

bool Review::decide(Verdict verdict) {
    if (!held_) return false;
    verdict_ = verdict;
    return true;
}

void Review::decided(std::optional<MassChange> rest) {
    if (!rest) verdict_ = Verdict::none;
    held_ = std::move(rest);
}

}  // namespace settings::sync
