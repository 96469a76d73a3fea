#pragma once

#include <optional>
#include <vector>

#include "model/path.h"

namespace settings {

/// A leaf that both sides changed, differently.
struct Conflict {
    Path path;
    std::optional<Json> base;
    std::optional<Json> ours;
    std::optional<Json> theirs;

    bool operator==(Conflict const&) const = default;
};

struct Merged {
    std::optional<Json> value;
    std::vector<Conflict> conflicts;
};

/// Three-way merge of one value, leaf by leaf; nothing means absent.
///
/// A leaf changed on one side only takes that side. One changed on both takes ours, because an
/// acknowledged edit is never dropped, and theirs is handed back as a conflict. A side that
/// removed an object counts as having removed each leaf of it.
///
/// Laws: merge(b, b, t) is t, merge(b, o, b) is o, merge(b, x, x) is x, all without conflicts.
[[nodiscard]] Merged merge(std::optional<Json> const& base, std::optional<Json> const& ours,
                           std::optional<Json> const& theirs);

}  // namespace settings
