#include "settings/options.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace settings::client {

std::string default_socket() {
    if (char const* path = std::getenv("SETTINGSD_SOCKET"); path != nullptr && *path != '\0')
        return path;
    // A relative one is to be ignored (XDG Base Directory Specification), as the daemon does.
    if (char const* directory = std::getenv("XDG_RUNTIME_DIR");
        directory != nullptr && *directory == '/')
        return std::string{directory} + "/settingsd/socket";
    return "/run/user/" + std::to_string(::getuid()) + "/settingsd/socket";
}

std::string program_name() { return ::program_invocation_short_name; }

Options::Options() : timeout_{std::chrono::seconds{5}}, app_name_{program_name()} {}

Options& Options::timeout(std::chrono::milliseconds timeout) {
    timeout_ = timeout;
    return *this;
}

Options& Options::app_name(std::string name) {
    app_name_ = std::move(name);
    return *this;
}

Options& Options::mapped_reads(bool allowed) {
    mapped_reads_ = allowed;
    return *this;
}

}  // namespace settings::client
