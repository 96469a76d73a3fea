#include "daemon/places.h"

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <system_error>

namespace settings::daemon {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> environment_path(char const* name) {
    char const* value = std::getenv(name);
    if (value == nullptr || *value != '/') return std::nullopt;  // XDG: relative ones are ignored
    return value;
}

/// This program's file. After an upgrade the kernel adds " (deleted)" to its name, not to its
/// folder's.
fs::path this_program() {
    std::error_code unknown;
    auto program = fs::read_symlink("/proc/self/exe", unknown);
    return unknown ? fs::path{"/usr/bin/settingsd"} : program;
}

}  // namespace

fs::path home() {
    if (auto path = environment_path("HOME")) return *path;
    throw ConfigError{
        "HOME is not set to an absolute path; set it, or XDG_CONFIG_HOME and XDG_STATE_HOME"};
}

fs::path default_store_directory() {
    // A unit with several has them all there, parted by colons (systemd.exec(5)).
    if (auto path = environment_path("STATE_DIRECTORY"))
        return path->native().substr(0, path->native().find(':'));
    if (auto path = environment_path("XDG_STATE_HOME")) return *path / "settingsd";
    return home() / ".local/state/settingsd";
}

fs::path default_socket_path() {
    if (auto path = environment_path("XDG_RUNTIME_DIR")) return *path / "settingsd/socket";
    return "/run/user/" + std::to_string(geteuid()) + "/settingsd/socket";
}

fs::path own_config_file() {
    if (auto path = environment_path("XDG_CONFIG_HOME")) return *path / "settingsd/config.toml";
    return home() / ".config/settingsd/config.toml";
}

fs::path system_config_file(fs::path const& program) {
    auto const prefix = program.parent_path().parent_path();
    bool const is_the_systems = prefix == "/usr" || prefix == "/";
    return (is_the_systems ? "/etc" : prefix / "etc") / "settingsd/config.toml";
}

std::vector<fs::path> default_config_files() {
    auto const own = own_config_file();
    auto const system = system_config_file(this_program());
    if (own == system) return {own};
    return {own, system};
}

fs::path default_token_file() { return own_config_file().parent_path() / "token"; }

bool is_set_by_environment(std::string_view setting) {
    if (setting == "store.directory")
        return environment_path("STATE_DIRECTORY") || environment_path("XDG_STATE_HOME");
    return setting == "socket.path" && environment_path("XDG_RUNTIME_DIR");
}

}  // namespace settings::daemon
