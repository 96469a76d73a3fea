#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "cli/arguments.h"
#include "cli/output.h"
#include "cli/usage_error.h"

namespace settings::cli {
namespace {

bool is_set(char const* variable) {
    char const* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

/// Colours only where a person sees them and wants them (no-color.org).
Style style_of(Arguments const& arguments) {
    if (arguments.json) return Style::json;
    return ::isatty(STDOUT_FILENO) == 1 && !is_set("NO_COLOR") ? Style::colours : Style::plain;
}

Exit complain(std::string const& message, Exit exit) {
    std::fputs(("settingsctl: " + message + '\n').c_str(), stderr);
    return exit;
}

Exit report(Outcome const& outcome) {
    print(outcome.output);
    if (outcome.message.empty()) return outcome.exit;
    return complain(outcome.message, outcome.exit);
}

Exit run(int argc, char const* const* argv) {
    auto const parsed = parse(argc, argv);
    if (auto const* information = std::get_if<Information>(&parsed))
        return report({Exit::done, information->text, {}});
    auto const& arguments = std::get<Arguments>(parsed);
    client::Client client{arguments.socket, {.app_name = "settingsctl/" SETTINGSD_VERSION}};
    auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return report(run(arguments.command, {client, arguments.socket, now, style_of(arguments)}));
}

}  // namespace
}  // namespace settings::cli

int main(int argc, char** argv) {
    using namespace settings::cli;
    try {
        return static_cast<int>(run(argc, argv));
    } catch (UsageError const& error) {
        return static_cast<int>(complain(error.what(), Exit::usage));
    } catch (std::exception const& error) {
        return static_cast<int>(complain(error.what(), Exit::refused));
    }
}
