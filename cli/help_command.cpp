#include "cli/arguments.h"
#include "cli/carry_out.h"
#include "cli/grammar.h"

namespace settings::cli {
namespace {

/// Where help is asked for, CLI11 passes over words that it does not know.
void check_command(std::vector<std::string> const& words) {
    Grammar const grammar;
    CLI::App const* app = &grammar.app();
    for (auto const& word : words) {
        auto const named =
            app->get_subcommands([&](CLI::App const* each) { return each->check_name(word); });
        if (named.empty())
            throw UsageError{"there is no command or option \"" + word +
                             "\"; see: settingsctl help"};
        app = named.front();
    }
}

}  // namespace

/// As --help behind the command prints it.
Outcome carry_out(Help const& help, Context const&) {
    check_command(help.command);
    std::vector<char const*> words{"settingsctl"};
    for (auto const& word : help.command) words.push_back(word.c_str());
    words.push_back("--help");
    auto const parsed = parse(static_cast<int>(words.size()), words.data());
    return {Exit::done, std::get<Information>(parsed).text, {}};
}

}  // namespace settings::cli
