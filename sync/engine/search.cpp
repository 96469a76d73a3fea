#include "sync/engine/search.h"

#include <algorithm>
#include <utility>

namespace settings::sync {

void Search::end_of_round() {
    accused_.clear();
    if (!takes_none_) skip_ = 0;
    takes_some_ = has_convicted_ = false;
    stride_ = 0;
}

Selection Search::selection() const {
    if (takes_none_ || !accused_.empty()) return {1, skip_};
    if (within_ > 0) return {std::min((within_ + 1) / 2, most_keys_), 0};
    return {stride_ > 0 ? std::min(stride_, most_keys_) : most_keys_, 0};
}

Search::Finding Search::refused(Batch const& batch, std::size_t pending) {
    if (takes_none_) {
        accused_ = batch;
        if (pending == 1) return Finding::ask;
        accused_.clear();
        skip_ = skip_ + 1 < pending ? skip_ + 1 : 0;
        return Finding::nothing;
    }
    if (batch.size() > 1) {
        within_ = batch.size();
        return Finding::go_on;
    }
    accused_.push_back(batch.front());
    if (takes_some_) return Finding::guilty;
    if (skip_ + 1 < pending) {
        skip_ = std::min(2 * skip_ + 1, pending - 1);
        return Finding::go_on;
    }
    if (accused_.size() > 1) {
        nothing_is_accepted();
        return Finding::nothing;
    }
    skip_ = pending;  // past the end: starts over if the question remains without an answer
    return Finding::ask;
}

void Search::accepted(std::size_t keys) {
    takes_some_ = takes_some_ || keys > 0;
    takes_none_ = false;
    is_proven_ = true;
    skip_ = 0;
    stride_ *= 2;
    within_ -= std::min(keys, within_);
}

void Search::nothing_is_accepted() {
    start_over();
    takes_none_ = true;
}

void Search::start_over() {
    accused_.clear();
    within_ = skip_ = 0;
}

Batch Search::convicted() {
    bool const is_proven = std::exchange(is_proven_, false) || takes_some_;
    if (!is_proven) return {};
    if (accused_.empty()) return {};
    within_ = 0;
    // Where there are two there may be more: small steps find a row of them sooner than halving.
    if (std::exchange(has_convicted_, true)) stride_ = 1;
    return std::exchange(accused_, {});
}

}  // namespace settings::sync
