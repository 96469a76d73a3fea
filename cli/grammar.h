#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "cli/commands.h"

namespace settings::cli {

/// The command line's grammar, and what was read by it.
class Grammar {
  public:
    /// With all commands.
    Grammar() : Grammar{std::nullopt} {}

    /// With the commands alone whose names are among the words, which takes a tenth of the time. A
    /// line without a mistake is read as by the whole grammar. For help and complaints this one
    /// knows too little. The words are looked at here alone.
    explicit Grammar(std::span<char const* const> words) : Grammar{std::optional{words}} {}

    /// Reads the command line. Throws CLI::Error.
    void read(int argc, char const* const* argv);

    /// For whoever wants to know what there is to say.
    [[nodiscard]] CLI::App& app() { return app_; }
    [[nodiscard]] CLI::App const& app() const { return app_; }

    [[nodiscard]] Command const& command() const { return *chosen_; }
    [[nodiscard]] std::string const& socket() const { return socket_; }
    [[nodiscard]] bool json() const { return json_; }

  private:
    using Words = std::optional<std::span<char const* const>>;

    explicit Grammar(Words words);

    /// Adds a subcommand that makes a command of one kind. `describe(app, kind)` adds the options,
    /// which fill that command, and the subcommands.
    template <class Kind, class Describe>
    void add(CLI::App& parent, std::string const& name, std::string const& description,
             Describe const& describe);
    template <class Kind>
    void add(CLI::App& parent, std::string const& name, std::string const& description) {
        add<Kind>(parent, name, description, [](CLI::App&, Kind&) {});
    }

    [[nodiscard]] bool is_wanted(std::string const& name) const;

    void add_settings();
    void add_history();
    void add_sync();
    void add_login();
    void add_conflicts();
    void add_rejected();
    void add_review();
    void add_help();

    Words words_;  ///< for the constructor, where not all commands are wanted
    CLI::App app_;
    std::string socket_;
    bool json_ = false;
    std::optional<Command> chosen_;
};

/// CLI11 calls back when all is read, the innermost subcommand first.
template <class Kind, class Describe>
void Grammar::add(CLI::App& parent, std::string const& name, std::string const& description,
                  Describe const& describe) {
    if (!is_wanted(name)) return;
    auto const kind = std::make_shared<Kind>();
    CLI::App* app = parent.add_subcommand(name, description);
    app->callback([this, kind] {
        if (!chosen_) chosen_ = *kind;
    });
    describe(*app, *kind);
}

}  // namespace settings::cli
