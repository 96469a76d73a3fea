#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/places.h"
#include "daemon/proxy_choice.h"
#include "store/retention.h"
#include "sync/engine/engine.h"
#include "sync/remote/https_remote.h"

namespace settings::daemon {

/// Everything that a user can set, with its default. One TOML table for each block.
struct Config {
    std::string server_url = "https://backend.flashback.tech";  ///< server.url
    sync::Tls::Files tls;  ///< server.ca_file, server.client_certificate, server.client_key
    std::optional<std::string> proxy;         ///< server.proxy; unset: what the environment says
    std::filesystem::path proxy_credentials;  ///< server.proxy_credentials
    Time connect_within = sync::HttpsRemote::Options{}.connect_within;  ///< server.connect_seconds
    Time answer_within = sync::HttpsRemote::Options{}.answer_within;    ///< server.answer_seconds
    std::optional<std::filesystem::path> token_file;                    ///< credentials.token_file
    std::vector<std::string> token_command;  ///< credentials.token_command
    std::string device_name;                 ///< account.device_name; empty for none
    std::filesystem::path store_directory;   ///< store.directory
    store::Retention journal;                ///< store.journal_revisions, store.journal_bytes
    std::filesystem::path socket_path;       ///< socket.path
    bool snapshot = true;                    ///< socket.snapshot
    std::vector<std::string> allow;          ///< socket.allow: users, and groups behind an @
    std::vector<std::string> allow_read;     ///< socket.allow_read
    sync::Options sync;                      ///< sync.*, server.lag_seconds
    std::string log_level = "info";          ///< log.level

    /// A file that was read, or looked for in vain.
    struct File {
        std::filesystem::path path;
        bool is_there = false;
    };
    std::vector<File> files;  ///< the one that counts first at the front
    /// The file that each setting is from, by its dotted name; defaults are from none.
    std::map<std::string, std::filesystem::path, std::less<>> set_by;

    /// What the HTTPS client needs of this. Throws ConfigError when server_url is not usable.
    [[nodiscard]] sync::HttpsRemote::Options remote() const;

    /// What leads to the server, with the proxy's credentials if their file can be read.
    [[nodiscard]] ProxyChoice way_out() const;

    /// Looks at the files that it names, too, which may come and go while the daemon runs. Throws
    /// ConfigError for one that cannot be used now.
    void check_files() const;
};

/// Reads the files over the defaults (see places.h), the last one first, so that each setting is
/// that of the first file which has it. A file that is absent is an empty one, unless `required`.
/// Throws ConfigError, with file and line, for what cannot be used or is unknown in any of them.
[[nodiscard]] Config load_config(std::vector<std::filesystem::path> const& files, bool required);

/// The dotted names of all that a configuration may set: for the test that looks for each of them
/// in the manual.
[[nodiscard]] std::vector<std::string> config_keys();

}  // namespace settings::daemon
