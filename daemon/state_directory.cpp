#include "daemon/state_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include "daemon/config.h"
#include "model/user.h"

namespace settings::daemon {
namespace {

/// Refuses a file that is there and another user's. One that a command under sudo has left would
/// otherwise be found only when it cannot be opened.
void check_owner(std::filesystem::path const& file, std::filesystem::path const& folder) {
    struct stat status {};
    if (lstat(file.c_str(), &status) != 0 || status.st_uid == geteuid()) return;
    throw ConfigError{file.string() + " belongs to user " + name_of_user(status.st_uid) +
                      ", not to user " + name_of_user(geteuid()) + "; what to do: " +
                      advice_on_owner(folder.string(), status.st_uid, geteuid(), "settingsd")};
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
    if ((status.st_mode & 077) != 0)
        throw ConfigError{folder.string() + " is open to other users; chmod 700 it"};
    if (access(folder.c_str(), R_OK | W_OK | X_OK) != 0 && errno == EACCES)
        throw ConfigError{folder.string() + " is closed to settingsd itself; chmod 700 it"};
    for (auto const* file :
         {"lock", "settings.db", "settings.db-wal", "settings.db-shm", "credentials.json"})
        check_owner(folder / file, folder);
}

}  // namespace settings::daemon
