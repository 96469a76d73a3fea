#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "store/sqlite.h"

namespace settings::store {

// A store that cannot be written, as its disk is full or read-only, or its files are closed: what
// is there can be read.

/// What somebody has closed to settingsd itself, by a chmod, a chattr or otherwise, with what to
/// do; nothing when all is open.
[[nodiscard]] std::optional<std::string> why_closed(std::filesystem::path const& file);

/// Why a store cannot be written, with what to do; nothing when it can. Tries to write as much
/// beside it as a start may need.
[[nodiscard]] std::optional<std::string> why_unwritable(std::filesystem::path const& file);

/// A copy in memory of what database and log hold. SQLite would want to write beside a database to
/// read it. A log that is another store's is left out (see identity.h). `why` stands as the copy's
/// notice (see notices.h). Throws SqliteError, and std::runtime_error with `why` where a file
/// cannot even be read, or where the store is damaged: a salvage needs a disk that takes it.
[[nodiscard]] Connection copy_in_memory(std::filesystem::path const& file, std::string const& why);

}  // namespace settings::store
