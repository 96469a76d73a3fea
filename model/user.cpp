#include "model/user.h"

#include <grp.h>
#include <pwd.h>

#include <array>
#include <cerrno>
#include <vector>

namespace settings {
inline namespace model {
namespace {

std::optional<std::string> entry_of(uid_t user) {
    std::array<char, 16'384> space{};
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(user, &entry, space.data(), space.size(), &found) != 0 || found == nullptr)
        return std::nullopt;
    return found->pw_name;
}

}  // namespace

std::string name_of_user(uid_t user) { return entry_of(user).value_or(std::to_string(user)); }

std::optional<uid_t> user_named(std::string const& name) {
    std::array<char, 16'384> space{};
    passwd entry{};
    passwd* found = nullptr;
    getpwnam_r(name.c_str(), &entry, space.data(), space.size(), &found);
    if (found == nullptr) return std::nullopt;
    return found->pw_uid;
}

/// A group may have thousands of members, whose names come with it.
std::optional<gid_t> group_named(std::string const& name) {
    std::vector<char> space(16'384);
    group entry{};
    group* found = nullptr;
    while (getgrnam_r(name.c_str(), &entry, space.data(), space.size(), &found) == ERANGE)
        space.resize(2 * space.size());
    if (found == nullptr) return std::nullopt;
    return found->gr_gid;
}

std::string advice_on_owner(std::string const& file, uid_t owner, uid_t self,
                            std::string const& command) {
    if (owner == 0) return "sudo chown -R " + name_of_user(self) + ": " + file;
    return as_user(owner, command);
}

std::string as_user(uid_t user, std::string const& command) {
    // sudo(8) takes a number behind a #, which a shell would take for a comment.
    auto const name = entry_of(user).value_or("'#" + std::to_string(user) + '\'');
    return "sudo -u " + name + ' ' + command;
}

}  // namespace model
}  // namespace settings
