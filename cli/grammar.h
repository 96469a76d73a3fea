#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands.h"

namespace settings::cli {

/// The command line's grammar, and what was read by it.
class Grammar {
  public:
    Grammar();

    /// Reads the command line. Throws CLI::Error.
    void read(int argc, char const* const* argv);

    /// For whoever wants to know what there is to say.
    [[nodiscard]] CLI::App& app() { return app_; }
    [[nodiscard]] CLI::App const& app() const { return app_; }

    [[nodiscard]] Command const& command() const { return *chosen_; }
    [[nodiscard]] std::string const& socket() const { return socket_; }
    [[nodiscard]] bool json() const { return json_; }

  private:
    /// A subcommand whose options fill a command of one kind.
    template <class Kind>
    struct Part {
        CLI::App* app;
        Kind& kind;
    };

    template <class Kind>
    Part<Kind> add(CLI::App& parent, std::string const& name, std::string const& description);

    void add_settings();
    void add_history();
    void add_sync();
    void add_decisions();
    void add_help();

    CLI::App app_;
    std::string socket_;
    bool json_ = false;
    std::optional<Command> chosen_;
};

/// CLI11 calls back when all is read, the innermost subcommand first.
template <class Kind>
Grammar::Part<Kind> Grammar::add(CLI::App& parent, std::string const& name,
                                 std::string const& description) {
    auto const kind = std::make_shared<Kind>();
    CLI::App* app = parent.add_subcommand(name, description);
    app->callback([this, kind] {
        if (!chosen_) chosen_ = *kind;
    });
    return {app, *kind};
}

}  // namespace settings::cli
