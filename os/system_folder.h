#pragma once

#include <sys/types.h>

#include <filesystem>

namespace settings::os {

/// Whether a folder is the system's or everybody's, like / and /tmp: nobody is to be told to give
/// it another owner or mode. `path` is absolute, `mode` the folder's.
[[nodiscard]] bool is_system_folder(std::filesystem::path const& path, mode_t mode);

}  // namespace settings::os
