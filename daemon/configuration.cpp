#include "daemon/configuration.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "ipc/reply.h"
#include "sync/remote/proxy.h"

namespace settings::daemon {
namespace {

using Ordered = nlohmann::ordered_json;

/// In seconds, and whole ones as such.
Ordered seconds(Time time) {
    auto const milliseconds = time.count();
    if (milliseconds % 1000 == 0) return milliseconds / 1000;
    return static_cast<double>(milliseconds) / 1000;
}

/// A path, or null where none is set.
Ordered path_or_null(std::filesystem::path const& path) {
    if (path.empty()) return nullptr;
    return path.string();
}

/// Where it leads, without a name and a password that may stand in it; "none" where no proxy is
/// to be used, and null where nobody says.
Ordered proxy(Config const& config) {
    if (auto const way = config.way_out(); way.proxy) return "http://" + name_of(*way.proxy);
    if (config.proxy) return "none";
    return nullptr;
}

Ordered token_file(Config const& config) {
    return config.token_file ? config.token_file->string() : default_token_file().string();
}

Ordered token_command(Config const& config) {
    if (config.token_command.empty()) return nullptr;
    return config.token_command;
}

/// A setting, and its value in a configuration.
struct Told {
    std::string_view name;
    Ordered (*value)(Config const& config);
};

constexpr std::array<Told, 29> all_settings{{
    {"server.url", [](Config const& all) -> Ordered { return all.server_url; }},
    {"server.ca_file", [](Config const& all) { return path_or_null(all.tls.authorities); }},
    {"server.client_certificate",
     [](Config const& all) { return path_or_null(all.tls.certificate); }},
    {"server.client_key", [](Config const& all) { return path_or_null(all.tls.key); }},
    {"server.proxy", proxy},
    {"server.proxy_credentials",
     [](Config const& all) { return path_or_null(all.proxy_credentials); }},
    {"server.connect_seconds", [](Config const& all) { return seconds(all.connect_within); }},
    {"server.answer_seconds", [](Config const& all) { return seconds(all.answer_within); }},
    {"server.lag_seconds", [](Config const& all) { return seconds(all.sync.lag); }},
    {"credentials.token_file", token_file},
    {"credentials.token_command", token_command},
    {"account.device_name", [](Config const& all) -> Ordered { return all.device_name; }},
    {"store.directory", [](Config const& all) -> Ordered { return all.store_directory.string(); }},
    {"store.journal_revisions", [](Config const& all) -> Ordered { return all.journal.revisions; }},
    {"store.journal_bytes", [](Config const& all) -> Ordered { return all.journal.bytes; }},
    {"socket.path", [](Config const& all) -> Ordered { return all.socket_path.string(); }},
    {"socket.snapshot", [](Config const& all) -> Ordered { return all.snapshot; }},
    {"socket.allow", [](Config const& all) -> Ordered { return all.allow; }},
    {"socket.allow_read", [](Config const& all) -> Ordered { return all.allow_read; }},
    {"sync.debounce_seconds", [](Config const& all) { return seconds(all.sync.debounce); }},
    {"sync.debounce_cap_seconds", [](Config const& all) { return seconds(all.sync.debounce_cap); }},
    {"sync.look_every_seconds", [](Config const& all) { return seconds(all.sync.look_every); }},
    {"sync.backoff_floor_seconds",
     [](Config const& all) { return seconds(all.sync.backoff.floor); }},
    {"sync.backoff_base_seconds", [](Config const& all) { return seconds(all.sync.backoff.base); }},
    {"sync.backoff_cap_seconds", [](Config const& all) { return seconds(all.sync.backoff.cap); }},
    {"sync.budget_interval_seconds",
     [](Config const& all) { return seconds(all.sync.budget_interval); }},
    {"sync.conflict",
     [](Config const& all) -> Ordered {
         return all.sync.winner == Winner::local ? "local" : "remote";
     }},
    {"sync.review",
     [](Config const& all) -> Ordered { return all.sync.holds_removals ? "hold" : "apply"; }},
    {"log.level", [](Config const& all) -> Ordered { return all.log_level; }},
}};

/// Whether a change of a setting waits for a restart (docs/configuration.md).
bool is_of_the_start(std::string_view name) {
    return name.starts_with("store.") || name.starts_with("socket.") ||
           name.starts_with("credentials.");
}

/// The value as others may see it: the arguments of a command may be secrets.
Ordered shown(std::string_view name, Ordered value) {
    if (name != "credentials.token_command" || value.size() < 2) return value;
    return Ordered::array({value.front(), "…"});
}

void add_source(Ordered& told, std::string_view name, Config const& config) {
    bool const is_proxy_of_environment = name == "server.proxy" && !told["value"].is_null();
    auto const file = config.set_by.find(name);
    if (file != config.set_by.end()) {
        told["source"] = "file";
        told["file"] = file->second.string();
        return;
    }
    bool const is_of_environment = is_proxy_of_environment || is_set_by_environment(name);
    told["source"] = is_of_environment ? "environment" : "default";
    told["file"] = nullptr;
}

Ordered file_list(Config const& config) {
    Ordered list = Ordered::array();
    for (auto const& [path, is_there] : config.files)
        list.push_back({{"path", path.string()}, {"present", is_there}});
    return list;
}

}  // namespace

std::string configuration_text(Config const& started, Config const& read,
                               std::filesystem::path const& socket, bool passed) {
    Ordered list = Ordered::array();
    for (auto const& [name, value] : all_settings) {
        bool const is_kept = is_of_the_start(name);
        Config const& used = is_kept ? started : read;
        Ordered told{{"name", name}, {"value", shown(name, value(used))}};
        add_source(told, name, used);
        bool const is_passed = name == "socket.path" && passed;
        if (is_passed) {
            told["value"] = socket.string();
            told["source"] = "systemd";
            told["file"] = nullptr;
        }
        told["waitsForRestart"] = is_kept && !is_passed && value(started) != value(read);
        list.push_back(std::move(told));
    }
    return ipc::to_text({{"success", true}, {"files", file_list(read)}, {"settings", list}});
}

std::vector<std::string> told_settings() {
    std::vector<std::string> names;
    names.reserve(all_settings.size());
    for (auto const& told : all_settings) names.emplace_back(told.name);
    return names;
}

}  // namespace settings::daemon
