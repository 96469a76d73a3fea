#include "daemon/config.h"

#include <sys/un.h>
#include <unistd.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <boost/algorithm/string/trim.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/scheme.hpp>
#include <boost/url/url_view.hpp>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>

#include "daemon/guests.h"
#include "model/printable.h"
#include "sync/account/secret_file.h"
#include "sync/remote/host.h"

namespace settings::daemon {
namespace {

std::string port_of(boost::urls::url_view const& url) {
    auto const port = sync::port_in(std::string{url.port()});
    return port ? std::to_string(*port) : sync::HttpsRemote::Options{}.port;
}

/// What of a URL keeps it from being the service's; nothing when it can be.
char const* why_not(boost::urls::url_view const& url) {
    if (url.scheme_id() != boost::urls::scheme::https) return "another scheme than https";
    if (url.has_userinfo()) return "a login has no place in it; see: settingsctl login";
    if (!sync::is_host(url.host_address())) return "that is no host";
    if (!url.port().empty() && !sync::port_in(std::string{url.port()}))
        return "a port is a number from 1 to 65535";
    // Boost.URL ends a port at the first letter, and an address at the fourth number, and takes
    // what is left for a path.
    std::string const path{url.encoded_path()};
    if (!path.empty() && path[0] != '/')
        return url.has_port() ? "a port is a number from 1 to 65535" : "that is no host";
    if (url.has_query()) return "a query has no place in it";
    if (url.has_fragment()) return "a fragment has no place in it";
    return nullptr;
}

sync::SecretFile credentials_of_proxy(std::filesystem::path const& path) {
    constexpr std::size_t bytes_limit = 1024;
    return {"file of the proxy's credentials", path, bytes_limit};
}

/// By which people tell their machines apart.
std::string host_name() {
    std::array<char, HOST_NAME_MAX + 1> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) return {};
    return printable(name.data());
}

/// The beginning of a sentence about something in a file, or about the file as a whole.
std::string place(std::filesystem::path const& file, toml::source_region const& region) {
    auto const line = region.begin.line;
    return file.string() + (line == 0 ? ": " : ":" + std::to_string(line) + ": ");
}

/// Walks the tables of one file and takes each value to its place in the Config.
class Reading {
  public:
    Reading(Config& config, std::filesystem::path const& file) : config_{config}, file_{file} {}

    void read(toml::table const& root) {
        for (auto const& [table_name, node] : root) {
            auto const* table = node.as_table();
            if (table == nullptr) fail(node, std::string{table_name.str()} + " is not a table");
            if (table->empty() && !has_table(table_name.str()))
                fail(node, "unknown table [" + std::string{table_name.str()} + "]");
            for (auto const& [name, value] : *table)
                read(std::string{table_name.str()} + "." + std::string{name.str()}, value);
        }
    }

    static std::vector<std::string> keys() {
        std::vector<std::string> names;
        for (auto const& [name, take] : known()) names.push_back(name);
        return names;
    }

  private:
    static bool has_table(std::string_view name) {
        return std::ranges::any_of(known(), [name](auto const& each) {
            return each.first.starts_with(name) && each.first.substr(name.size()).starts_with('.');
        });
    }

    using Take = void (Reading::*)(toml::node const&);
    using Known = std::map<std::string, Take, std::less<>>;

    static Known const& known() {
        static Known const takes{
            {"server.url", &Reading::server_url},
            {"server.ca_file", &Reading::ca_file},
            {"server.client_certificate", &Reading::client_certificate},
            {"server.client_key", &Reading::client_key},
            {"server.proxy", &Reading::proxy},
            {"server.proxy_credentials", &Reading::proxy_credentials},
            {"server.connect_seconds", &Reading::connect_within},
            {"server.answer_seconds", &Reading::answer_within},
            {"server.lag_seconds", &Reading::lag},
            {"credentials.token_file", &Reading::token_file},
            {"credentials.token_command", &Reading::token_command},
            {"account.device_name", &Reading::device_name},
            {"store.directory", &Reading::store_directory},
            {"store.journal_revisions", &Reading::journal_revisions},
            {"store.journal_bytes", &Reading::journal_bytes},
            {"socket.path", &Reading::socket_path},
            {"socket.snapshot", &Reading::snapshot},
            {"socket.allow", &Reading::allow},
            {"socket.allow_read", &Reading::allow_read},
            {"sync.debounce_seconds", &Reading::debounce},
            {"sync.debounce_cap_seconds", &Reading::debounce_cap},
            {"sync.look_every_seconds", &Reading::look_every},
            {"sync.backoff_floor_seconds", &Reading::backoff_floor},
            {"sync.backoff_base_seconds", &Reading::backoff_base},
            {"sync.backoff_cap_seconds", &Reading::backoff_cap},
            {"sync.budget_interval_seconds", &Reading::budget_interval},
            {"sync.conflict", &Reading::conflict},
            {"sync.review", &Reading::review},
            {"log.level", &Reading::log_level},
        };
        return takes;
    }

    void read(std::string const& name, toml::node const& value) {
        auto const take = known().find(name);
        if (take == known().end()) fail(value, "unknown setting " + name);
        name_ = name;
        (this->*take->second)(value);
        config_.set_by.insert_or_assign(name, file_);
    }

    void server_url(toml::node const& node) {
        config_.server_url = text(node);
        try {
            static_cast<void>(config_.remote());
        } catch (ConfigError const& error) {
            fail(node, error.what());
        }
    }
    void ca_file(toml::node const& node) { config_.tls.authorities = path(node); }
    void client_certificate(toml::node const& node) { config_.tls.certificate = path(node); }
    void client_key(toml::node const& node) { config_.tls.key = path(node); }
    void proxy(toml::node const& node) {
        config_.proxy = text(node);
        try {
            static_cast<void>(choose_proxy(config_.proxy, {}, {}));
        } catch (std::runtime_error const& error) {
            fail(node, name_ + ": " + error.what() + R"(, or "none")");
        }
    }
    void proxy_credentials(toml::node const& node) { config_.proxy_credentials = path(node); }
    void connect_within(toml::node const& node) { config_.connect_within = seconds(node); }
    void answer_within(toml::node const& node) { config_.answer_within = seconds(node); }
    void lag(toml::node const& node) { config_.sync.lag = seconds(node); }
    void device_name(toml::node const& node) {
        constexpr std::size_t longest = 200;
        auto const name = node.value<std::string>();
        if (!node.is_string() || name->size() > longest)
            fail(node, name_ + " must be a text of 200 bytes at most, or \"\"");
        config_.device_name = *name;
    }
    void token_file(toml::node const& node) { config_.token_file = path(node); }
    void store_directory(toml::node const& node) { config_.store_directory = path(node); }
    void socket_path(toml::node const& node) {
        config_.socket_path = path(node);
        auto const most = sizeof sockaddr_un{}.sun_path - 1;  // unix(7)
        if (config_.socket_path.native().size() > most)
            fail(node, name_ + " must be at most " + std::to_string(most) + " bytes long");
        auto const name = config_.socket_path.filename();
        if (name.empty() || name == "." || name == "..")
            fail(node, name_ + " must name a file in a folder of its own, as in /run/me/socket");
    }
    void snapshot(toml::node const& node) {
        if (!node.is_boolean()) fail(node, name_ + " must be true or false");
        config_.snapshot = *node.value<bool>();
    }
    void allow(toml::node const& node) { config_.allow = names(node); }
    void allow_read(toml::node const& node) { config_.allow_read = names(node); }

    std::vector<std::string> names(toml::node const& node) {
        std::vector<std::string> found;
        auto const rule = name_ + R"( must name users, and groups with an @: ["root", "@support"])";
        if (!node.is_array()) fail(node, rule);
        for (auto const& word : *node.as_array()) {
            if (!word.is_string() || word.value<std::string>()->empty()) fail(node, rule);
            found.push_back(*word.value<std::string>());
            check(node, found.back());
        }
        return found;
    }

    void debounce(toml::node const& node) { config_.sync.debounce = seconds(node); }
    void debounce_cap(toml::node const& node) { config_.sync.debounce_cap = seconds(node); }
    void look_every(toml::node const& node) { config_.sync.look_every = seconds(node); }
    void budget_interval(toml::node const& node) { config_.sync.budget_interval = seconds(node); }
    void backoff_floor(toml::node const& node) { config_.sync.backoff.floor = seconds(node); }
    void backoff_base(toml::node const& node) { config_.sync.backoff.base = seconds(node); }
    void backoff_cap(toml::node const& node) { config_.sync.backoff.cap = seconds(node); }

    void token_command(toml::node const& node) {
        auto const* words = node.as_array();
        std::string const rule =
            name_ +
            R"( must be a program by its absolute path, and its arguments: ["/bin/x", "y"])";
        if (words == nullptr || words->empty()) fail(node, rule);
        config_.token_command.clear();  // that of a file which counts less
        for (auto const& word : *words) {
            if (!word.is_string()) fail(node, rule);
            config_.token_command.push_back(*word.value<std::string>());
            check(node, config_.token_command.back());
        }
        if (!config_.token_command.front().starts_with('/')) fail(node, rule);
    }

    void journal_revisions(toml::node const& node) { config_.journal.revisions = count(node); }
    void journal_bytes(toml::node const& node) { config_.journal.bytes = count(node); }

    void conflict(toml::node const& node) {
        auto const winner = text(node);
        if (winner != "local" && winner != "remote")
            fail(node, "sync.conflict must be local or remote");
        config_.sync.winner = winner == "local" ? Winner::local : Winner::remote;
    }

    void review(toml::node const& node) {
        auto const choice = text(node);
        if (choice != "hold" && choice != "apply") fail(node, "sync.review must be hold or apply");
        config_.sync.holds_removals = choice == "hold";
    }

    void log_level(toml::node const& node) {
        config_.log_level = text(node);
        for (std::string const level : {"error", "warn", "info", "debug"})
            if (config_.log_level == level) return;
        fail(node, "log.level must be error, warn, info or debug");
    }

    std::string text(toml::node const& node) {
        auto const value = node.value<std::string>();
        if (!node.is_string()) fail(node, name_ + " must be a text, in quotes");
        if (value->empty()) fail(node, name_ + " must not be empty; remove the line instead");
        check(node, *value);
        return *value;
    }

    /// The system ends paths and words where a NUL stands: it would use another text than this.
    void check(toml::node const& node, std::string const& text) {
        if (text.find('\0') != std::string::npos) fail(node, name_ + " must not have a NUL in it");
    }

    /// A leading ~/ is the home folder, as people write it.
    std::filesystem::path path(toml::node const& node) {
        std::filesystem::path found{text(node)};
        if (found.native().starts_with("~/")) found = home() / found.native().substr(2);
        if (!found.is_absolute()) fail(node, name_ + " must be an absolute path");
        return found;
    }

    std::int64_t count(toml::node const& node) {
        auto const value = node.value<std::int64_t>();
        constexpr std::int64_t most = 1'000'000'000'000'000;
        if (!node.is_integer() || *value < 1 || *value > most)
            fail(node, name_ + " must be a whole number from 1 to " + std::to_string(most));
        return *value;
    }

    Time seconds(toml::node const& node) {
        auto const value = node.value<double>();
        constexpr double longest = 7 * 24 * 3600.0;
        if (!node.is_number() || !(*value >= 0.01 && *value <= longest))
            fail(node, name_ + " must be a number of seconds between 0.01 and 604800");
        return Time{std::llround(*value * 1000)};
    }

    [[noreturn]] void fail(toml::node const& node, std::string const& what) {
        throw ConfigError{place(file_, node.source()) + what};
    }

    Config& config_;
    std::filesystem::path const& file_;
    std::string name_;
};

/// Of a file. Each level of a name (a.a.a…) takes some of the reader's stack.
constexpr std::uintmax_t most_bytes = 32 * 1024;

/// Reads one file over what is there. Returns whether it is there.
bool read_over(Config& config, std::filesystem::path const& file, bool required) {
    try {
        // A link to nowhere is no absent file: somebody meant something by it.
        if (is_directory(file))
            throw ConfigError{file.string() + " is a folder; name the file in it"};
        if (exists(file) && !is_regular_file(file))
            throw ConfigError{file.string() +
                              " is no plain file, and could not be read to its end"};
        if (exists(file) && file_size(file) > most_bytes)
            throw ConfigError{file.string() + " is longer than 32 KiB: that is no configuration"};
        if (!required && !exists(std::filesystem::symlink_status(file))) return false;
        Reading{config, file}.read(toml::parse_file(file.string()));
        return true;
    } catch (std::filesystem::filesystem_error const& error) {
        throw ConfigError{file.string() + " cannot be looked at: " + error.code().message()};
    } catch (toml::parse_error const& error) {
        if (access(file.c_str(), R_OK) != 0)
            throw ConfigError{file.string() + " cannot be read: " + std::strerror(errno)};
        throw ConfigError{place(file, error.source()) + std::string{error.description()}};
    }
}

}  // namespace

sync::HttpsRemote::Options Config::remote() const {
    auto const url = boost::urls::parse_uri(server_url);
    // Not quoted: it may have a password in it, or a key in its query.
    if (auto const wrong = url ? why_not(*url) : "that is no URL"; wrong != nullptr)
        throw ConfigError{std::string{"server.url must be https://HOST[:PORT][/PREFIX]: "} + wrong};
    sync::HttpsRemote::Options options;
    options.host = url->host_address();
    options.port = port_of(*url);
    options.prefix = url->encoded_path();
    while (options.prefix.ends_with('/')) options.prefix.pop_back();
    options.tls = tls;
    options.proxy = way_out().proxy;
    options.connect_within = connect_within;
    options.answer_within = answer_within;
    options.user_agent = "settingsd/" SETTINGSD_VERSION;
    return options;
}

ProxyChoice Config::way_out() const {
    auto const url = boost::urls::parse_uri(server_url);
    auto choice = choose_proxy(proxy, url->host_address(), port_of(*url));
    if (!choice.proxy || proxy_credentials.empty()) return choice;
    if (auto secret = sync::read_secret(credentials_of_proxy(proxy_credentials)))
        choice.proxy->credentials = boost::trim_right_copy(*secret);
    return choice;
}

void Config::check_files() const {
    for (auto const* names : {&allow, &allow_read})
        if (auto const named = people_named(*names); !named.problems.empty())
            throw ConfigError{
                std::string{names == &allow ? "socket.allow: " : "socket.allow_read: "} +
                named.problems.front()};
    if (auto const wrong = sync::Tls{}.load({.authorities = tls.authorities}))
        throw ConfigError{"server.ca_file: " + *wrong};
    if (auto const wrong = sync::Tls{}.load(tls))
        throw ConfigError{"server.client_certificate: " + *wrong};
    if (!tls.key.empty() && tls.certificate.empty())
        throw ConfigError{"server.client_key needs server.client_certificate beside it"};
    if (!token_command.empty() && access(token_command.front().c_str(), X_OK) != 0)
        throw ConfigError{"credentials.token_command: cannot start " + token_command.front() +
                          ": " + std::strerror(errno)};
    if (proxy_credentials.empty()) return;
    auto const secret = sync::read_secret(credentials_of_proxy(proxy_credentials));
    if (!secret) throw ConfigError{"server.proxy_credentials: " + secret.error().message()};
    if (secret->find(':') == std::string::npos)
        throw ConfigError{"server.proxy_credentials: " + proxy_credentials.string() +
                          " must hold USER:PASSWORD"};
}

Config load_config(std::vector<std::filesystem::path> const& files, bool required) {
    Config config;
    config.device_name = host_name();
    for (auto file = files.rbegin(); file != files.rend(); ++file)
        config.files.insert(config.files.begin(), {*file, read_over(config, *file, required)});
    if (config.store_directory.empty()) config.store_directory = default_store_directory();
    if (config.socket_path.empty()) config.socket_path = default_socket_path();
    return config;
}

std::vector<std::string> config_keys() { return Reading::keys(); }

}  // namespace settings::daemon
