#include "cli/other_user.h"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "model/user.h"

namespace settings::cli {
namespace {

uid_t owner_of_nearest(std::filesystem::path path) {
    struct stat status {};
    while (stat(path.c_str(), &status) != 0 && path.has_relative_path()) path = path.parent_path();
    return status.st_uid;
}

/// The user who called sudo(8); root, where nobody did.
uid_t caller_of_sudo() {
    char const* const text = std::getenv("SUDO_UID");
    std::string_view const digits{text == nullptr ? "" : text};
    uid_t user = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), user);
    return user;
}

}  // namespace

std::optional<uid_t> meant_by_root(std::filesystem::path const& socket) {
    if (geteuid() != 0) return std::nullopt;
    auto const owner = owner_of_nearest(socket);
    auto const user = owner != 0 ? owner : caller_of_sudo();
    if (user == 0) return std::nullopt;
    return user;
}

std::string advice_for_root(std::filesystem::path const& socket) {
    auto const user = meant_by_root(socket);
    if (!user) return {};
    bool const is_theirs = owner_of_nearest(socket) == *user;
    auto const command = "settingsctl" + (is_theirs ? " --socket " + socket.string() : "");
    return "you are root, and settings belong to one user; for those of " + name_of_user(*user) +
           ": " + as_user(*user, command);
}

}  // namespace settings::cli
