#pragma once

#include <filesystem>
#include <string>

namespace settings {

/// A program of the build that this test belongs to: all stand in one folder.
[[nodiscard]] inline std::string program(std::string const& name) {
    return std::filesystem::read_symlink("/proc/self/exe").replace_filename(name);
}

}  // namespace settings
