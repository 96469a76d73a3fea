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

/// Whether the file of a store was there before it was opened.
enum class Origins { was_there, made_now };

/// Writes the rows that were lost as what cannot be read, so that the sync is paused, and a person
/// is asked whose the settings are. Returns a sentence when there were any. A store that was made
/// now has nothing to lose until something was brought back into it. Throws SqliteError.
[[nodiscard]] std::optional<std::string> mend_what_was_forgotten(Connection& connection,
                                                                 std::filesystem::path const& file,
                                                                 Origins origins);

}  // namespace settings::store
