#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "model/exchange.h"
#include "store/agreement.h"
#include "store/held.h"

namespace settings::store {

/// How many leaves a value has. What holds nothing (null, an empty object or list) has none.
[[nodiscard]] std::size_t leaves_in(Json const* value);
[[nodiscard]] std::size_t leaves_in(Texts const& document);

/// Adds what others did to one key: all that our own requests do not explain. A leaf is lost when
/// nothing is left in its place, and removed when it is still here, too. Edits of ours that are
/// pending on these leaves make no difference. Leaves `known` as it is. Returns Held::Value::lost.
std::size_t add(MassChange& change, Agreement const& agreement);

/// MassChange::document of what is held.
[[nodiscard]] std::size_t document_hash(std::vector<Held::Value> const& values);

/// Whether so much is gone that a person should see it first: over half of four leaves or more.
[[nodiscard]] bool is_over_half(std::size_t gone, std::size_t known);

}  // namespace settings::store
