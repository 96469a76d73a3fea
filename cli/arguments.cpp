#include "cli/arguments.h"

#include "cli/grammar.h"

namespace settings::cli {
namespace {

/// CLI11 says "A subcommand is required" of a misspelt one too.
std::string wrong_with_arguments(CLI::App const& app, CLI::ParseError const& error) {
    auto const unknown = app.remaining();
    if (unknown.empty() || !app.get_subcommands().empty()) return error.what();
    return "there is no command or option \"" + unknown.front() + '"';
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
        throw UsageError{wrong_with_arguments(grammar.app(), error) + "; see: settingsctl --help"};
    }
    return Arguments{grammar.command(), grammar.socket(), grammar.json()};
}

}  // namespace settings::cli
