#include "sync/engine/acquaintance.h"

#include <utility>

namespace settings::sync {

std::optional<Meeting> Acquaintance::word_on(Owner const& owner) {
    looked_at_ = owner;
    if (!said_ || contradicts(said_->on, owner)) return std::nullopt;
    return said_->meeting;
}

/// While the merge went on a person may have said something about another owner.
void Acquaintance::met(std::optional<Encounter> waits) {
    waits_ = std::move(waits);
    if (!waits_ && said_ && !contradicts(said_->on, looked_at_)) said_.reset();
}

bool Acquaintance::decide(Meeting meeting, Exceptions exceptions) {
    if (!waits_) return false;
    for (auto const* names : {&exceptions.account, &exceptions.device})
        for (auto const& key : *names)
            if (auto const value = waits_->values.find(key); value != waits_->values.end())
                exceptions.shown.insert(*value);
    said_ = Word{meeting, looked_at_, std::move(exceptions), waits_->known};
    return true;
}

}  // namespace settings::sync
