#include "sync/engine/blame.h"

#include <algorithm>

#include "model/limits.h"

namespace settings::sync {
namespace {

constexpr unsigned failures_until_search = 3;

}  // namespace

bool Blame::is_searching() const { return failures_ >= failures_until_search; }

/// Once the server takes something, the suspects have their turn, each alone.
std::optional<Selection> Blame::selection() const {
    if (!is_searching()) return std::nullopt;
    if (has_accepted_ && suspects_ > 0) return Selection{1, 0};
    if (within_ > 0) return Selection{(within_ + 1) / 2, suspects_};
    return Selection{limits::batch_keys, suspects_};
}

Blame::Finding Blame::failed(Batch const& batch, std::size_t pending) {
    ++failures_;
    last_.clear();
    for (auto const& each : batch) last_.push_back(each.key);
    if (!is_searching()) return Finding::unclear;
    if (batch.size() > 1) {
        within_ = batch.size();
        return Finding::unclear;
    }
    bool const was_narrowed_to = suspects_ > 0 || within_ == 1;
    within_ = has_accepted_ && !was_narrowed_to ? 1 : 0;
    if (has_accepted_ && !was_narrowed_to) return Finding::unclear;
    if (has_accepted_) {
        suspects_ -= std::min<std::size_t>(suspects_, 1);
        return Finding::guilty;
    }
    suspects_ = std::min(suspects_ + 1, pending);
    return suspects_ == pending ? Finding::nobody : Finding::unclear;
}

void Blame::accepted(std::size_t keys) {
    bool const was_suspect = has_accepted_ && suspects_ > 0;
    if (was_suspect)
        --suspects_;
    else
        within_ -= std::min(keys, within_);
    has_accepted_ = true;
}

bool Blame::is_about(std::vector<std::string> const& keys) const {
    return std::any_of(keys.begin(), keys.end(), [this](std::string const& key) {
        return std::find(last_.begin(), last_.end(), key) != last_.end();
    });
}

}  // namespace settings::sync
