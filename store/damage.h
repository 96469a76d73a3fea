#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "store/sqlite.h"

namespace settings::store {

/// Whether an error shows that the database itself is damaged.
[[nodiscard]] bool is_damage(SqliteError const& error);

/// What is wrong with a store that is about to be opened, as a person reads it; nothing when it can
/// be used. Of the history only the end is looked at, unless the store was suspected. Throws
/// SqliteError for what is no damage, and UnusableStore (see schema.h).
[[nodiscard]] std::optional<std::string> damage_of(std::filesystem::path const& file);

/// What is wrong with a store that is open, by the same rules.
[[nodiscard]] std::optional<std::string> damage_in(Connection& connection);

/// Has damage_of() say `why`, whatever the store looks like by then: it was seen to be damaged.
void suspect(std::filesystem::path const& file, std::string const& why);

/// The store that was suspected has been salvaged.
void forget_suspicion(std::filesystem::path const& file);

}  // namespace settings::store
