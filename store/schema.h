#pragma once

#include <filesystem>

#include "store/sqlite.h"

namespace settings::store {

/// Opens the store for its one writer: creates or migrates it, and enters WAL.
///
/// Refuses, with std::runtime_error that says what to do, a file that is not ours and one that a
/// newer version wrote; such a file is not touched. Throws SqliteError for the rest.
[[nodiscard]] Connection open_for_writing(std::filesystem::path const& file);

/// Opens a store that a writer has opened before. Throws SqliteError.
[[nodiscard]] Connection open_for_reading(std::filesystem::path const& file);

}  // namespace settings::store
