#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "cli/arguments.h"
#include "cli/other_user.h"
#include "cli/output.h"
#include "cli/usage_error.h"
#include "model/printable.h"
#include "os/streams.h"

namespace settings::cli {
namespace {

bool is_set(char const* variable) {
    char const* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

/// Colours only where a person sees them and wants them (no-color.org).
Style style_of(Arguments const& arguments) {
    if (arguments.json) return Style::json;
    if (::isatty(STDOUT_FILENO) != 1) return Style::plain;
    bool const has_colours = is_set("TERM") && std::getenv("TERM") != std::string_view{"dumb"};
    return has_colours && !is_set("NO_COLOR") ? Style::colours : Style::terminal;
}

Exit complain(std::string const& message, Exit exit) {
    std::fputs(("settingsctl: " + printable(message) + '\n').c_str(), stderr);
    return exit;
}

Exit report(Outcome const& outcome, Style style) {
    print(outcome.output, style);
    if (outcome.message.empty()) return outcome.exit;
    return complain(outcome.message, outcome.exit);
}

/// Tells whether no daemon answers, or none that answers this user.
bool is_shut_out(client::Client& client) {
    constexpr unsigned forbidden = 403;
    auto const status = client.status();
    if (status) return false;
    return status.error().code() == client::Errc::unreachable ||
           status.error().status() == forbidden;
}

Exit run(int argc, char const* const* argv) {
    auto const parsed = parse(argc, argv);
    if (auto const* information = std::get_if<Information>(&parsed))
        return report({Exit::done, information->text, {}}, Style::plain);
    auto const& arguments = std::get<Arguments>(parsed);
    // A person who is told to read an edit back wants the daemon's own word.
    client::Client client{
        arguments.socket,
        client::Options{}.app_name("settingsctl/" SETTINGSD_VERSION).mapped_reads(false)};
    auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    auto const style = style_of(arguments);
    auto outcome = run(arguments.command, {client, arguments.socket, now, style});
    if (!outcome.message.empty()) {
        auto const advice = advice_for_root(arguments.socket);
        if (!advice.empty() && is_shut_out(client)) outcome.message += "; " + advice;
    }
    auto const exit = report(outcome, style);
    if (outcome.signal) std::raise(*outcome.signal);
    return exit;
}

}  // namespace
}  // namespace settings::cli

int main(int argc, char** argv) {
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of the write
    using namespace settings::cli;
    settings::os::open_missing_streams(O_RDONLY);
    try {
        return static_cast<int>(run(argc, argv));
    } catch (UsageError const& error) {
        return static_cast<int>(complain(error.what(), Exit::usage));
    } catch (std::exception const& error) {
        return static_cast<int>(complain(error.what(), Exit::refused));
    }
}
