#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "store/sqlite.h"

namespace settings::store {

// What a store must not forget: whether a person has paused the sync, which is in the engine's row
// of the table `memory`, and whose the settings are, which is in the owner's (see bond.h). From its
// first run on a store has both rows, also where they say nothing yet, and the file beside it says
// so (high_water.h). So a row that is missing was lost, in whatever way.

/// Writes the rows that are missing as what was never known. Inside a transaction that the caller
/// holds. Throws SqliteError.
void note_nothing_to_remember(Connection& connection);

/// Writes the rows that were lost as what cannot be read, so that the sync is paused, and a person
/// is asked whose the settings are. Returns a sentence when there were any, also where the whole
/// database was lost. Throws SqliteError.
[[nodiscard]] std::optional<std::string> mend_what_was_forgotten(Connection& connection,
                                                                 std::filesystem::path const& file);

}  // namespace settings::store
