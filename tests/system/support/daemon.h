#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "settings/client.h"
#include "tests/support/eventually.h"
#include "tests/support/process.h"

namespace settings::system_test {

using client::Json;

/// settingsd as a process of its own, with all of its files in one folder.
class Daemon {
  public:
    /// Dotted names of the configuration to values, both as TOML writes them.
    using Settings = std::map<std::string, std::string>;

    /// Writes config.toml: quick waits and a talkative log, and `settings` over them. Starts
    /// nothing.
    Daemon(std::filesystem::path folder, Settings const& settings);

    /// Starts it, by a program that becomes it if need be; returns once it serves. Throws when it
    /// ends instead.
    void start(std::vector<std::string> starter = {});
    /// A start that is expected to end by itself.
    [[nodiscard]] Finished start_in_vain(std::vector<std::string> const& options = {}) const;
    /// Asks it to stop; returns its exit status.
    int stop();
    /// kill -9.
    void kill();
    [[nodiscard]] bool is_running();

    void configure(Settings const& settings);
    /// Puts a token in place in one step, as an administrator's tool would.
    void put_token(std::string const& token);

    /// As slow machines need it: five seconds, which an app waits, are not much beside other work.
    [[nodiscard]] Client client() const {
        return Client{socket(), client::Options{}.timeout(patience)};
    }
    [[nodiscard]] Json document() const { return client().document().value(); }
    [[nodiscard]] client::Status status();
    [[nodiscard]] std::string log() const { return read_text(folder_ / "log"); }
    [[nodiscard]] Process& process() { return *process_; }

    [[nodiscard]] std::filesystem::path folder() const { return folder_; }
    [[nodiscard]] std::filesystem::path config() const { return folder_ / "config.toml"; }
    [[nodiscard]] std::filesystem::path socket() const { return folder_ / "run/socket"; }
    [[nodiscard]] std::filesystem::path store() const { return folder_ / "state"; }
    [[nodiscard]] std::filesystem::path token_file() const { return folder_ / "secret/token"; }

    /// Of a login.
    [[nodiscard]] std::filesystem::path credentials() const { return store() / "credentials.json"; }

    /// Where of its log, the states and metrics that it told, its process's words and variables,
    /// and the files of its store but for the credentials a text stands.
    [[nodiscard]] std::vector<std::string> places_of(std::string const& text);
    /// Each token, and other secret, that it ever had.
    [[nodiscard]] std::vector<std::string> const& tokens() const { return tokens_; }
    /// One more to search for.
    void entrust(std::string const& secret) { tokens_.push_back(secret); }
    /// The tokens of the login that it has now.
    void entrust_what_is_stored();

  private:
    [[nodiscard]] std::vector<std::string> words() const;

    std::filesystem::path folder_;
    std::optional<Process> process_;
    std::vector<std::string> tokens_;
    std::string told_;  ///< every answer to status()
};

/// A TOML string.
[[nodiscard]] std::string quoted(std::string const& text);

}  // namespace settings::system_test
