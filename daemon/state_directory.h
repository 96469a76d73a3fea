#pragma once

#include <filesystem>

namespace settings::daemon {

/// Makes sure that the folder exists, that it and its files are ours, and that nobody else can
/// enter it; creates it with mode 0700. Throws std::runtime_error that names the owner and what to
/// do, or the mode to set.
void prepare_state_directory(std::filesystem::path const& folder);

}  // namespace settings::daemon
