#include "os/system_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace settings::os {
namespace {

/// Folders of the system with all that is in them (hier(7)).
constexpr std::array<std::string_view, 9> all_below{"bin",  "boot", "dev", "etc", "lib",
                                                    "proc", "sbin", "sys", "usr"};

/// Those in which programs and people have folders of their own, two levels down.
constexpr std::array<std::string_view, 2> two_levels{"run", "var"};

bool has(auto const& names, std::string const& name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool is_system_folder(std::filesystem::path const& path, mode_t mode) {
    std::vector<std::string> names;
    for (auto const& name : path.lexically_normal().relative_path())
        if (!name.empty()) names.push_back(name.string());
    if ((mode & S_ISVTX) != 0 || names.size() < 2) return true;
    return has(all_below, names[0]) || (names.size() == 2 && has(two_levels, names[0]));
}

}  // namespace settings::os
