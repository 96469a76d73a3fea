#pragma once

#include <cstddef>

#include "store/sqlite.h"

namespace settings::store {

/// Makes those settings again that a salvage found no row of, and of which the history has all
/// since they were made: with their newest value, and as not sent. With the next look the server's
/// values win over them (see stale.h). In the transaction in which salvage() wrote the store.
/// Returns how many. Throws SqliteError.
[[nodiscard]] std::size_t rebuild_from_history(Connection& salvaged);

}  // namespace settings::store
