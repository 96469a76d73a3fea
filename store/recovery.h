#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace settings::store {

/// Makes sure that the store can be opened. A damaged store is set aside under a dated name and
/// never deleted. The settings that can still be read from it go into a new store, whose revisions
/// count on from the highest that was found.
///
/// Returns a sentence for the log when the store was damaged. Must be called under the Lock and
/// before a Writer opens the file. Throws SqliteError or std::filesystem::filesystem_error when
/// the disk cannot do it.
[[nodiscard]] std::optional<std::string> recover(std::filesystem::path const& file);

}  // namespace settings::store
