#include "model/user.h"

#include <pwd.h>

#include <array>
#include <optional>

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
