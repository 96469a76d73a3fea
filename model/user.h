#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace settings {
inline namespace model {

// Names of this machine's users and groups. These functions ask the system.

/// The user's name, or the number of one without a name.
[[nodiscard]] std::string name_of_user(uid_t user);

// The number of the user or group of that name; nothing where there is none.
[[nodiscard]] std::optional<uid_t> user_named(std::string const& name);
[[nodiscard]] std::optional<gid_t> group_named(std::string const& name);

/// Advice on a file of `owner`'s that ought to be `self`'s. A file of root's is given back: a
/// command under sudo left it behind. Anybody else keeps theirs, and is the one to run `command`:
/// nothing is ever given to root.
[[nodiscard]] std::string advice_on_owner(std::string const& file, uid_t owner, uid_t self,
                                          std::string const& command);

/// The command, run by that user.
[[nodiscard]] std::string as_user(uid_t user, std::string const& command);

}  // namespace model
}  // namespace settings
