#include "settings/options.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace settings::client {

std::string default_socket() {
    if (char const* path = std::getenv("SETTINGSD_SOCKET"); path != nullptr && *path != '\0')
        return path;
    if (char const* directory = std::getenv("XDG_RUNTIME_DIR");
        directory != nullptr && *directory != '\0')
        return std::string{directory} + "/settingsd/socket";
    return "/run/user/" + std::to_string(::getuid()) + "/settingsd/socket";
}

std::string program_name() { return ::program_invocation_short_name; }

}  // namespace settings::client
