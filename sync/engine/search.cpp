#include "sync/engine/search.h"

#include <algorithm>
#include <utility>

namespace settings::sync {

void Search::end_of_round() {
    accused_.clear();
    guilty_.clear();
    convictions_ = 0;
    stride_ = 0;
    if (trust_ == Trust::takes_none) return;  // the next round tries the next key
    trust_ = Trust::unknown;
    skip_ = 0;
}

Selection Search::selection() const {
    if (trust_ == Trust::takes_none || !accused_.empty()) return {1, skip_};
    if (within_ > 0) return {std::min((within_ + 1) / 2, most_keys_), 0};
    return {stride_ > 0 ? std::min(stride_, most_keys_) : most_keys_, 0};
}

Search::Finding Search::refused(Batch const& batch, std::size_t pending) {
    if (trust_ == Trust::takes_none) return refused_again(batch, pending);
    if (batch.size() > 1) {
        within_ = batch.size();
        return Finding::go_on;
    }
    if (trust_ == Trust::takes_some) {
        guilty_.push_back(batch.front());
        return Finding::guilty;
    }
    accused_.push_back(batch.front());
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

/// The server takes none, and has refused one more key: the next round tries another. A single key
/// has no other, and an update of nothing decides about it.
Search::Finding Search::refused_again(Batch const& batch, std::size_t pending) {
    if (pending == 1) {
        accused_ = batch;
        return Finding::ask;
    }
    skip_ = skip_ + 1 < pending ? skip_ + 1 : 0;
    return Finding::nothing;
}

void Search::accepted(std::size_t keys) {
    if (keys > 0)
        trust_ = Trust::takes_some;
    else if (trust_ == Trust::takes_none)
        trust_ = Trust::unknown;
    guilty_.insert(guilty_.end(), accused_.begin(), accused_.end());
    accused_.clear();
    skip_ = 0;
    stride_ *= 2;
    within_ -= std::min(keys, within_);
}

void Search::nothing_is_accepted() {
    start_over();
    trust_ = Trust::takes_none;
}

void Search::start_over() {
    accused_.clear();
    guilty_.clear();
    within_ = skip_ = 0;
}

Batch Search::convicted() {
    if (guilty_.empty()) return {};
    within_ = 0;
    // Where there are two there may be more: small steps find a row of them sooner than halving.
    if (++convictions_ > 1) stride_ = 1;
    return std::exchange(guilty_, {});
}

}  // namespace settings::sync
