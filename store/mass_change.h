#pragma once

#include <cstddef>
#include <optional>

#include "model/exchange.h"
#include "store/agreement.h"

namespace settings::store {

/// How many leaves a value has. What holds nothing (null, an empty object or list) has none.
[[nodiscard]] std::size_t leaves_in(std::optional<Json> const& value);

/// Adds what others did to one key: all that our own requests do not explain. A leaf is removed
/// when nothing is left in its place, and it is still here. Edits of ours that are pending on these
/// leaves make no difference. Leaves `known` as it is.
void add(MassChange& change, Agreement const& agreement);

/// Whether so much is gone that a person should see it first: over half of four leaves or more.
[[nodiscard]] bool removes_much(MassChange const& change);

}  // namespace settings::store
