#pragma once

#include <filesystem>
#include <string>

namespace settings::daemon {

/// Throws ConfigError when a file that would be used, or the folder in which it would be made, is
/// another user's: root's own daemon under a user's HOME would leave files that keep the user's
/// from starting. Says whose it is and how to start the daemon as that user. `what` is the file for
/// a person, like "the store".
void refuse_what_is_anothers(std::string const& what, std::filesystem::path const& file);

}  // namespace settings::daemon
