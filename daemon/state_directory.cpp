#include "daemon/state_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include "daemon/config.h"

namespace settings::daemon {

void prepare_state_directory(std::filesystem::path const& folder) {
    std::filesystem::create_directories(folder.parent_path());
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        throw std::system_error{errno, std::generic_category(), "cannot create " + folder.string()};

    struct stat status {};
    if (lstat(folder.c_str(), &status) != 0)
        throw std::system_error{errno, std::generic_category(), folder.string()};
    if (!S_ISDIR(status.st_mode))
        throw ConfigError{folder.string() + " is not a directory; move it away"};
    if (status.st_uid != geteuid())
        throw ConfigError{folder.string() + " belongs to user " + std::to_string(status.st_uid) +
                          "; chown it to user " + std::to_string(geteuid())};
    if ((status.st_mode & 077) != 0)
        throw ConfigError{folder.string() + " is open to other users; chmod 700 it"};
}

}  // namespace settings::daemon
