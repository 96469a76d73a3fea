#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace settings::store {

/// Makes sure that the store can be opened. One that is damaged is set aside under a dated name,
/// never deleted, and what can still be read of its settings goes into a new one; the revision
/// counts on from the highest that was found.
///
/// Returns a sentence for the log when that had to be done. Must be called under the Lock and
/// before a Writer opens the file. Throws SqliteError or std::filesystem::filesystem_error when
/// the disk cannot do it.
[[nodiscard]] std::optional<std::string> recover(std::filesystem::path const& file);

}  // namespace settings::store
