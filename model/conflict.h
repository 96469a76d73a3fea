#pragma once

#include <optional>

#include "model/path.h"
#include "model/winner.h"

namespace settings {
inline namespace model {

/// A leaf that both sides of a merge changed, differently.
struct Conflict {
    Path path;
    std::optional<Json> base;
    std::optional<Json> ours;
    std::optional<Json> theirs;
    Winner kept = Winner::local;  ///< whose value the merge took

    bool operator==(Conflict const&) const = default;
};

}  // namespace model
}  // namespace settings
