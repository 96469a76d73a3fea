#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "model/exchange.h"

namespace settings::sync {

// The requests that bring a batch to the server, whether it merges deep or shallow: each changed
// top-level key goes with its whole value, and what went inside or altogether is deleted by path.

/// What the PUT sets; empty when there is nothing to set.
[[nodiscard]] Texts values_in(Batch const& batch);

/// The DELETE's dotted paths.
[[nodiscard]] std::vector<std::string> removals_in(Batch const& batch);

inline constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

/// Takes the first of the paths, as many as one DELETE removes (limits::removal_bytes), at least
/// one and at most so many.
[[nodiscard]] std::vector<std::string> take_removal(std::vector<std::string>& paths,
                                                    std::size_t most = any_number);

}  // namespace settings::sync
