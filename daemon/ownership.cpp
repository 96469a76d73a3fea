#include "daemon/ownership.h"

#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <system_error>

#include "daemon/config.h"
#include "model/user.h"

namespace settings::daemon {
namespace {

namespace fs = std::filesystem;

/// The user that a user namespace shows for all whom it does not know, root too
/// (user_namespaces(7)).
constexpr uid_t nobody = 65'534;

/// The owner of a file; nothing where there is none, or none for us to see.
std::optional<uid_t> owner_of(fs::path const& file) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) return std::nullopt;
    return status.st_uid;
}

/// The place that a path leads to, as far as it is there.
fs::path without_links(fs::path const& path) {
    std::error_code unreadable;
    auto found = fs::weakly_canonical(path, unreadable);
    return unreadable ? path.lexically_normal() : found;
}

bool is_anothers(uid_t owner) { return owner != geteuid() && owner != 0 && owner != nobody; }

[[noreturn]] void refuse(std::string const& what, fs::path const& file, fs::path const& found,
                         uid_t owner) {
    throw ConfigError{what + " " + file.string() + ": " + found.string() + " belongs to user " +
                      name_of_user(owner) + ", and settingsd was started by user " +
                      name_of_user(geteuid()) +
                      "; start it as that user: " + as_user(owner, "settingsd")};
}

}  // namespace

/// Root gets in everywhere, so for root each folder on the way counts; for others the one that
/// would be written to.
void refuse_what_is_anothers(std::string const& what, fs::path const& file) {
    for (auto at = without_links(fs::absolute(file));; at = at.parent_path()) {
        auto const owner = owner_of(at);
        if (owner && is_anothers(*owner)) refuse(what, file, at, *owner);
        bool const decides = owner && geteuid() != 0;
        if (decides || !at.has_relative_path()) return;
    }
}

}  // namespace settings::daemon
