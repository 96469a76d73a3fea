#include "client/advice.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace settings::client {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> variable(char const* name) {
    char const* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

/// A folder that a variable names. A relative one is ignored (XDG Base Directory Specification).
std::optional<std::string> folder(char const* name) {
    auto value = variable(name);
    if (value && !value->starts_with('/')) return std::nullopt;
    return value;
}

/// A unit is masked by a link to /dev/null.
bool is_masked(fs::path const& units, char const* unit) {
    std::error_code error;
    return fs::read_symlink(units / unit, error) == "/dev/null";
}

bool masks_ours(fs::path const& units) {
    return is_masked(units, "settingsd.service") || is_masked(units, "settingsd.socket");
}

fs::path own_units() {
    if (auto const config = folder("XDG_CONFIG_HOME")) return fs::path{*config} / "systemd/user";
    return fs::path{folder("HOME").value_or("/")} / ".config/systemd/user";
}

/// The daemon of a named user, which an administrator starts: /run/settingsd/NAME/socket.
std::optional<std::string> named_user(fs::path const& socket) {
    auto const folder = socket.parent_path();
    if (folder.parent_path() != "/run/settingsd") return std::nullopt;
    return folder.filename();
}

}  // namespace

std::string how_to_start(std::string const& socket, std::string const& usual) {
    if (auto const name = named_user(socket))
        return "start it with: sudo systemctl start settingsd@" + *name + ".socket";
    if (::geteuid() == 0 && variable("SUDO_USER"))
        return "these would be the settings of root; for yours, do it without sudo";
    fs::path const runtime = "/run/user/" + std::to_string(::geteuid());
    std::error_code error;
    if (socket.starts_with(runtime.string() + '/') && !fs::exists(runtime, error))
        return "there is no session of yours (no " + runtime.string() +
               "): log in, or have one kept with: sudo loginctl enable-linger " +
               std::to_string(::geteuid());
    std::string const systemctl =
        (folder("XDG_RUNTIME_DIR") ? "" : "XDG_RUNTIME_DIR=" + runtime.string() + ' ') +
        "systemctl --user ";
    if (masks_ours(own_units()))
        return "it is masked; allow and start it with: " + systemctl +
               "unmask settingsd.socket settingsd.service && " + systemctl +
               "start settingsd.socket settingsd";
    if (masks_ours("/etc/systemd/user"))
        return "it is masked for everybody; allow it with: sudo systemctl --global unmask "
               "settingsd.socket settingsd.service";
    return "start it with: " + systemctl + usual;
}

}  // namespace settings::client
