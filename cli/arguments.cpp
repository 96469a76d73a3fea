#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>

#include "cli/assignment.h"

namespace settings::cli {
namespace {

constexpr auto footer = R"(Examples:
  settingsctl get notifications.email
  settingsctl set theme=light notifications.email=false
  settingsctl set 'tags=["work","travel"]'
  settingsctl unset notifications.push
  settingsctl login
  settingsctl sync --wait 10 && echo "the server has it"

A value that is JSON is taken as JSON, any other as a string; several assignments are one edit.
Once `set` and `unset` return, the edit is on disk; it reaches the server when there is a way.

Exit status: 0 done, 1 refused, absent or not synced in time, 2 wrong usage, 3 no daemon.)";

/// Says what is wrong with a number of seconds; empty when nothing is.
std::string wrong_with_seconds(std::string const& text) {
    double seconds = 0;
    auto const* end = text.data() + text.size();
    auto const parsed = std::from_chars(text.data(), end, seconds);
    bool const is_number = parsed.ec == std::errc{} && parsed.ptr == end;
    if (is_number && seconds >= 0 && seconds <= 86'400) return {};
    return "\"" + text + "\" is not a number of seconds from 0 to 86400";
}

/// The grammar, and what it has read.
class Parser {
  public:
    Parser() {
        app_.footer(footer);
        app_.require_subcommand(1);
        app_.add_flag("--json", json_, "Print JSON for programs");
        app_.add_option("--socket", socket_,
                        "Where the daemon listens, if not at $SETTINGSD_SOCKET")
            ->type_name("PATH");
        app_.set_version_flag("--version", "settingsctl " SETTINGSD_VERSION,
                              "Print the version and exit");
        // So that the options may also follow the subcommand.
        for (CLI::App* subcommand : app_.get_subcommands({})) subcommand->fallthrough();
        get_->add_option("path", paths_, "The setting; all of them when left out")->expected(0, 1);
        set_->add_option("path=value", assignments_, "What to set, e.g. notifications.email=false")
            ->required();
        unset_->add_option("path", paths_, "What to remove")->required();
        sync_->add_option("--wait", wait_, "Wait until the server has everything, at most so long")
            ->type_name("SECONDS")
            ->check(wrong_with_seconds);
        login_->add_flag("--tokens", with_tokens_,
                         "Read {\"accessToken\":…,\"refreshToken\":…} from standard input instead");
    }

    std::variant<Arguments, Information> parse(int argc, char const* const* argv) {
        try {
            app_.parse(argc, argv);
        } catch (CLI::CallForHelp const&) {
            return Information{app_.help()};
        } catch (CLI::CallForVersion const& version) {
            return Information{std::string{version.what()} + '\n'};
        } catch (CLI::ParseError const& error) {
            throw UsageError{wrong_with_arguments(error) + "; see: settingsctl --help"};
        }
        return Arguments{command(), socket_, json_};
    }

  private:
    /// CLI11 says "A subcommand is required" of a misspelt one too.
    [[nodiscard]] std::string wrong_with_arguments(CLI::ParseError const& error) const {
        auto const unknown = app_.remaining();
        if (unknown.empty() || !app_.get_subcommands().empty()) return error.what();
        return "there is no command or option \"" + unknown.front() + '"';
    }

    [[nodiscard]] Command command() const {
        if (get_->parsed()) return paths_.empty() ? Get{} : Get{paths_.front()};
        if (set_->parsed()) return Set{assignments_};
        if (unset_->parsed()) return Unset{paths_};
        if (status_->parsed()) return ShowStatus{};
        if (login_->parsed()) return LogIn{with_tokens_};
        if (logout_->parsed()) return LogOut{};
        if (!wait_) return SyncNow{};
        return SyncNow{std::chrono::milliseconds{std::llround(*wait_ * 1'000)}};
    }

    CLI::App app_{"Reads and changes your settings, and says how their sync stands.",
                  "settingsctl"};
    CLI::App* get_ = app_.add_subcommand("get", "Print one setting, or all");
    CLI::App* set_ = app_.add_subcommand("set", "Set one or more settings, in one step");
    CLI::App* unset_ = app_.add_subcommand("unset", "Remove one or more settings, in one step");
    CLI::App* status_ = app_.add_subcommand("status", "Show how the sync with the server stands");
    CLI::App* sync_ = app_.add_subcommand("sync", "Ask for a sync now");
    CLI::App* login_ =
        app_.add_subcommand("login", "Log in with your Flashback account; asks for the password");
    CLI::App* logout_ = app_.add_subcommand("logout", "Forget the login");
    bool json_ = false;
    bool with_tokens_ = false;
    std::string socket_ = client::default_socket();
    std::vector<std::string> assignments_;
    std::vector<std::string> paths_;
    std::optional<double> wait_;
};

}  // namespace

std::variant<Arguments, Information> parse(int argc, char const* const* argv) {
    return Parser{}.parse(argc, argv);
}

}  // namespace settings::cli
