#include "cli/arguments.h"

#include "cli/grammar.h"
#include "cli/nearest.h"

namespace settings::cli {
namespace {

/// The commands that may follow, or the options of a command and of those around it.
std::vector<std::string> words_of(CLI::App const& app, bool options) {
    std::vector<std::string> words;
    for (auto const* at = &app; at != nullptr && options; at = at->get_parent())
        for (auto const* option : at->get_options())
            for (auto const& name : option->get_lnames()) words.push_back("--" + name);
    if (!options)
        for (auto const* each : app.get_subcommands([](auto const*) { return true; }))
            if (!each->get_group().empty()) words.push_back(each->get_name());
    return words;
}

/// CLI11 says "A subcommand is required" of a misspelt one too.
std::string wrong_with_arguments(CLI::App const& app, CLI::ParseError const& error) {
    auto const chosen = app.get_subcommands();
    auto const unknown = app.remaining(/*recurse=*/true);
    if (unknown.empty()) return error.what();
    auto const& word = unknown.front();
    bool const is_option = word.starts_with("--");
    if (!chosen.empty() && !is_option) return error.what();
    auto const& at = chosen.empty() ? app : *chosen.front();
    return std::string{"there is no "} + (is_option ? "option" : "command or option") + " \"" +
           word + '"' + did_you_mean(word, words_of(at, is_option));
}

}  // namespace

std::variant<Arguments, Information> parse(int argc, char const* const* argv) {
    Grammar grammar;
    try {
        grammar.read(argc, argv);
    } catch (CLI::CallForHelp const&) {
        return Information{grammar.app().help()};
    } catch (CLI::CallForAllHelp const&) {
        return Information{grammar.app().help("", CLI::AppFormatMode::All)};
    } catch (CLI::CallForVersion const& version) {
        return Information{std::string{version.what()} + '\n'};
    } catch (CLI::ParseError const& error) {
        auto const wrong = wrong_with_arguments(grammar.app(), error);
        throw UsageError{wrong + (wrong.ends_with('?') ? "" : "; see: settingsctl --help")};
    }
    return Arguments{grammar.command(), grammar.socket(), grammar.json()};
}

}  // namespace settings::cli
