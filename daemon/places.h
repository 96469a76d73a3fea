#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace settings::daemon {

/// The configuration, or what takes its place, is wrong: says where and what to change.
class ConfigError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// Where files stand when nobody says, by the environment as systemd and the XDG Base Directory
// Specification set it. Throws ConfigError where it says too little.

/// The home folder of the user.
[[nodiscard]] std::filesystem::path home();

[[nodiscard]] std::filesystem::path default_store_directory();
[[nodiscard]] std::filesystem::path default_socket_path();

/// The user's own configuration: $XDG_CONFIG_HOME/settingsd/config.toml.
[[nodiscard]] std::filesystem::path own_config_file();

/// The configuration of the machine: etc/settingsd/config.toml in the prefix that the program is
/// installed under, and /etc/settingsd/config.toml for /usr.
[[nodiscard]] std::filesystem::path system_config_file(std::filesystem::path const& program);

/// Both, the one that counts first at the front. One alone where they are the same file.
[[nodiscard]] std::vector<std::filesystem::path> default_config_files();

/// Beside the user's own configuration.
[[nodiscard]] std::filesystem::path default_token_file();

/// Whether a variable of the environment has its say in the default of this setting.
[[nodiscard]] bool is_set_by_environment(std::string_view setting);

}  // namespace settings::daemon
