#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "store/sqlite.h"
#include "store/view.h"

namespace settings::store {

// What apps saw last of a store whose files are not what they were. All that they saw was
// acknowledged, and the files may have lost some of it. It stands in a file beside the store until
// the next start has taken it over, or the store is in its place again.

/// Writes down what apps see, on disk when this returns. Throws std::system_error.
void note_last_seen(std::filesystem::path const& store, View const& view);

/// Brings back the values that differ in the store that is open, as one entry of the history beyond
/// what was acknowledged. Returns a sentence when there were any, and nothing also where nothing
/// was noted. Throws SqliteError.
[[nodiscard]] std::optional<std::string> bring_back_last_seen(Connection& connection,
                                                              std::filesystem::path const& store);

/// Once it is taken over, or not needed any more.
void forget_last_seen(std::filesystem::path const& store);

}  // namespace settings::store
