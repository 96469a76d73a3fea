#pragma once

#include <string>
#include <vector>

#include "model/exchange.h"

namespace settings::sync {

/// The requests that bring a batch to the server, whether it merges deep or shallow: each changed
/// top-level key goes with its whole value, and what went inside or altogether is deleted by path.
struct Plan {
    Json put = Json::object();         ///< the PUT's body; empty when there is nothing to set
    std::vector<std::string> removed;  ///< the DELETE's dotted paths
};

[[nodiscard]] Plan plan(Batch const& batch);

/// Takes the first of the paths, as many as one DELETE removes (limits::removal_bytes) but at least
/// one.
[[nodiscard]] std::vector<std::string> take_removal(std::vector<std::string>& paths);

}  // namespace settings::sync
