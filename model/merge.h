#pragma once

#include <optional>
#include <vector>

#include "model/conflict.h"

namespace settings {
inline namespace model {

struct Merged {
    std::optional<Json> value;
    std::vector<Conflict> conflicts;
};

/// Three-way merge of one value, leaf by leaf; nothing means absent.
///
/// A leaf changed on one side only takes that side. One changed on both takes the winner's, and
/// is handed back as a conflict, so that the other value can be kept. A side that removed an
/// object counts as having removed each leaf of it.
///
/// Laws: merge(b, b, t) is t, merge(b, o, b) is o, merge(b, x, x) is x, all without conflicts;
/// merge(b, o, t, local) is merge(b, t, o, remote).
[[nodiscard]] Merged merge(std::optional<Json> const& base, std::optional<Json> const& ours,
                           std::optional<Json> const& theirs, Winner winner = Winner::local);

/// The base to merge on when what we `sent` may have arrived whole, in part or not at all: where
/// theirs is what we sent, that; elsewhere the mirror. A server that merges deep keeps the leaves
/// that are yet to be deleted, so this goes leaf by leaf.
///
/// Without it our own value would come back as another device's edit, and win over a newer one.
[[nodiscard]] std::optional<Json> common_base(std::optional<Json> const& mirror,
                                              std::optional<Json> const& sent,
                                              std::optional<Json> const& theirs);

}  // namespace model
}  // namespace settings
