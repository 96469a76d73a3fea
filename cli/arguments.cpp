#include "cli/arguments.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

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

/// The first of some words as they were typed.
std::string first_typed(std::vector<std::string> const& words, int argc, char const* const* argv) {
    auto const* const first = std::find_first_of(argv + 1, argv + argc, words.begin(), words.end());
    return first == argv + argc ? words.front() : *first;
}

/// The command that was understood, or the program.
CLI::App const& last_chosen(CLI::App const& app) {
    auto const* at = &app;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    return *at;
}

/// What a command is called in other programs, and here.
constexpr std::array<std::pair<std::string_view, char const*>, 10> other_words{{
    {"account", "whoami"},
    {"accounts", "whoami"},
    {"delete", "unset"},
    {"history", "log"},
    {"journal", "log"},
    {"list", "get"},
    {"ls", "get"},
    {"remove", "unset"},
    {"rm", "unset"},
    {"show", "get"},
}};

/// The end of a sentence about a word that is no command of `at`.
std::string command_meant(std::string_view word, CLI::App const& at) {
    auto const* const known =
        std::ranges::find(other_words, word, [](auto& one) { return one.first; });
    if (at.get_parent() == nullptr && known != other_words.end())
        return "; did you mean \"" + std::string{known->second} + "\"?";
    return did_you_mean(word, words_of(at, /*options=*/false));
}

/// Of a word that is missing it says what it stands for: CLI11 gives its name alone.
std::string described(CLI::App const& at, std::string const& error) {
    for (auto const* option : at.get_options())
        if (error == option->get_name() + " is required")
            return error + " (" + option->get_description() + ')';
    return error;
}

/// A command as it is typed, with those that it belongs to.
std::string typed_command(CLI::App const& at) {
    if (at.get_parent() == nullptr) return at.get_name();
    return typed_command(*at.get_parent()) + ' ' + at.get_name();
}

/// CLI11 says "A subcommand is required" of a misspelt one too.
std::string wrong_with_arguments(CLI::App const& app, CLI::ParseError const& error, int argc,
                                 char const* const* argv) {
    auto const unknown = app.remaining(/*recurse=*/true);
    auto const& at = last_chosen(app);
    if (unknown.empty()) return described(at, error.what());
    auto const word = first_typed(unknown, argc, argv);
    bool const is_option = word.starts_with("--");
    bool const may_be_command = !at.get_subcommands([](auto const*) { return true; }).empty();
    if (!is_option && !may_be_command) return error.what();
    auto const meant =
        is_option ? did_you_mean(word, words_of(at, is_option)) : command_meant(word, at);
    return std::string{"there is no "} + (is_option ? "option" : "command or option") + " \"" +
           word + '"' + meant;
}

Arguments arguments_of(Grammar const& grammar) {
    return {grammar.command(), grammar.socket(), grammar.json()};
}

/// What a line says that asks for no help and has no mistake in it.
std::optional<Arguments> read_at_once(int argc, char const* const* argv) {
    Grammar grammar{std::span{argv, static_cast<std::size_t>(argc)}};
    try {
        grammar.read(argc, argv);
    } catch (CLI::Error const&) {
        return std::nullopt;
    }
    return arguments_of(grammar);
}

}  // namespace

std::variant<Arguments, Information> parse(int argc, char const* const* argv) {
    if (auto usual = read_at_once(argc, argv)) return *std::move(usual);
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
        auto const wrong = wrong_with_arguments(grammar.app(), error, argc, argv);
        auto const command = typed_command(last_chosen(grammar.app()));
        throw UsageError{wrong + (wrong.ends_with('?') ? "" : "; see: " + command + " --help")};
    }
    return arguments_of(grammar);
}

}  // namespace settings::cli
