#include "daemon/state_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include "daemon/config.h"
#include "model/user.h"
#include "os/system_folder.h"

namespace settings::daemon {
namespace {

constexpr char const* choose_another =
    "choose a folder of its own: store.directory in the configuration";

mode_t mode_of(std::filesystem::path const& folder) {
    struct stat status {};
    return stat(folder.c_str(), &status) == 0 ? status.st_mode : 0;
}

/// Refuses a file that is there and another user's. One that a command under sudo has left would
/// otherwise be found only when it cannot be opened.
void check_owner(std::filesystem::path const& file, std::filesystem::path const& folder) {
    struct stat status {};
    if (lstat(file.c_str(), &status) != 0 || status.st_uid == geteuid()) return;
    auto const advice = os::is_system_folder(folder, mode_of(folder))
                            ? choose_another
                            : "what to do: " + advice_on_owner(folder.string(), status.st_uid,
                                                               geteuid(), "settingsd");
    throw ConfigError{file.string() + " belongs to user " + name_of_user(status.st_uid) +
                      ", not to user " + name_of_user(geteuid()) + "; " + advice};
}

/// Refuses a folder whose mode is not ours alone.
void check_mode(std::filesystem::path const& folder, mode_t mode) {
    auto const advice = os::is_system_folder(folder, mode) ? choose_another : "chmod 700 it";
    if ((mode & 077) != 0)
        throw ConfigError{folder.string() + " is open to other users; " + advice};
    if (access(folder.c_str(), R_OK | W_OK | X_OK) != 0 && errno == EACCES)
        throw ConfigError{folder.string() + " is closed to settingsd itself; " + advice};
}

}  // namespace

void prepare_state_directory(std::filesystem::path const& folder) {
    std::filesystem::create_directories(folder.parent_path());
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        throw std::system_error{errno, std::generic_category(), "cannot create " + folder.string()};

    struct stat status {};
    if (lstat(folder.c_str(), &status) != 0)
        throw std::system_error{errno, std::generic_category(), folder.string()};
    if (S_ISLNK(status.st_mode))
        throw ConfigError{folder.string() +
                          " is a link, which is not followed; name the folder itself in "
                          "store.directory"};
    if (!S_ISDIR(status.st_mode))
        throw ConfigError{folder.string() + " is not a directory; move it away"};
    check_owner(folder, folder);
    check_mode(folder, status.st_mode);
    for (auto const* file :
         {"lock", "settings.db", "settings.db-wal", "settings.db-shm", "credentials.json"})
        check_owner(folder / file, folder);
}

}  // namespace settings::daemon
