#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "store/remembered.h"
#include "store/sqlite.h"
#include "store/view.h"

namespace settings::store {

// What apps saw last of a store whose files are not what they were, and what the sync must not
// forget of it. All that apps saw was acknowledged, and the files may have lost some of it. It
// stands in a file beside the store until the next start has taken it over, or the store is in its
// place again.

/// Writes down what apps see, on disk when this returns. Throws std::system_error.
void note_last_seen(std::filesystem::path const& store, View const& view,
                    Remembered const& remembered);

/// Brings back the values that differ in the store that is open, as one entry of the history beyond
/// what was acknowledged; and whether the sync is paused, and whose the settings are. Returns a
/// sentence when there were such values, and nothing also where nothing was noted. Throws
/// SqliteError.
[[nodiscard]] std::optional<std::string> bring_back_last_seen(Connection& connection,
                                                              std::filesystem::path const& store);

/// Once it is taken over, or not needed any more.
void forget_last_seen(std::filesystem::path const& store);

}  // namespace settings::store
