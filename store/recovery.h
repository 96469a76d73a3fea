#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace settings::store {

/// Makes sure that the store can be opened, and that it holds what it should.
///
/// A damaged store is set aside under a dated name and never deleted; so is a log that is left
/// without its database, or beside another one. What can still be read goes into a new store (see
/// salvage.h), whose revisions count on from the highest that was ever acknowledged. The new store
/// is written beside, and takes the old one's place only as a whole; a salvage that was interrupted
/// is brought to its end, or begun anew, by the next call.
///
/// A store that is not the one that was in use here last was put back, as from a backup. Its
/// revisions go on after those that were given already, and with the next look the server's values
/// win over its unsent ones, which are kept as conflicts. Like a salvaged one it is another store
/// from then on (see identity.h).
///
/// Begins another run. Returns a paragraph, which also stands as the store's notice (see
/// notices.h), when one of these happened. Must be called under the Lock and
/// before a Writer opens the file. Throws UnusableStore when there is no room for the new store,
/// and another std::runtime_error when the disk cannot do it, or the store's files are closed; the
/// old store is as it was then.
[[nodiscard]] std::optional<std::string> recover(std::filesystem::path const& file);

/// Moves the log of a store away under a dated name, if there is one: it is not the store's own.
void set_log_aside(std::filesystem::path const& file);

}  // namespace settings::store
