#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include "store/sqlite.h"

namespace settings::store {

/// The store cannot be used until a person does something about it; the message says what.
class UnusableStore : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The version of the schema that open_for_writing() brings a store to.
[[nodiscard]] std::size_t newest_version();

/// Throws UnusableStore for a store that a newer version wrote. Looks at its files without SQLite,
/// which would change them.
void check_not_newer(std::filesystem::path const& file);

// What is left to sync is said in three views, which both kinds of connection have:
//
// - `dirty` (key, local, mirror, revision): the keys whose local value is not the server's.
// - `pending` (with the same columns): the dirty keys that the server has not refused.
// - `doubtful` (key): the keys to which a request of ours may still bring an older value.

/// Sets the position of each entry of the history anew: where entries were lost, it is not what
/// stands before them any more.
void measure_history(Connection& connection);

/// Opens the store for its one writer: creates or migrates it, and enters WAL.
///
/// Throws UnusableStore for a file that is not ours, one that a newer version wrote, and one that
/// cannot be kept where it is; such a file is not touched. Throws SqliteError for the rest.
[[nodiscard]] Connection open_for_writing(std::filesystem::path const& file);

/// Opens a store in memory that begins as a copy of a database, given by its bytes, which may be
/// none. Throws like open_for_writing().
[[nodiscard]] Connection open_in_memory(std::string const& database);

/// Opens a store that a writer has opened before. Throws SqliteError.
[[nodiscard]] Connection open_for_reading(std::filesystem::path const& file);

}  // namespace settings::store
