#include "cli/grammar.h"

#include <charconv>

#include "os/file_name.h"
#include "os/seconds.h"

namespace settings::cli {
namespace {

constexpr auto footer = R"(Examples:
  settingsctl get notifications.email
  settingsctl set theme=light notifications.email=false
  settingsctl set 'tags=["work","travel"]'
  settingsctl unset notifications.push
  settingsctl login
  settingsctl sync --wait 10 && echo "the server has it"
  settingsctl explain theme
  settingsctl conflicts restore 7
  settingsctl log theme
  settingsctl undo --since 10min

A value that is JSON is taken as JSON, any other as a string; several assignments are one edit.
Once `set` and `unset` return, the edit is on disk; it reaches the server when there is a way.

Exit status: 0 done, 1 refused, absent or not synced in time, 2 wrong usage, 3 no daemon,
4 sent and not answered: read back whether it is saved.)";

/// How long a wait may be asked for.
std::string wrong_with_wait(std::string const& text) {
    return os::wrong_with_seconds(text, 0, 3'600);
}

/// Takes a number as people count: CLI11 would read 010 as eight, and nothing as none.
std::string wrong_with_number(std::string& text) {
    bool const is_number =
        !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    std::int64_t value = 0;
    auto const* end = text.data() + text.size();
    bool const fits = is_number && std::from_chars(text.data(), end, value).ec == std::errc{};
    if (!fits) return "\"" + text + "\" is not a number, as the log has them";
    text = std::to_string(value);
    return {};
}

CLI::Validator const a_number{wrong_with_number, ""};

// CLI11 takes a word like [a,b] for a list of two wherever more than one word may stand, ++ for the
// end of a subcommand and %% for the end of a list. Such a word is marked before it is read, and
// the mark taken off before it is used.
constexpr char as_typed = '\x01';

std::string marked(std::string word) {
    bool const is_like_a_list = word.starts_with('[') && word.ends_with(']');
    bool const is_a_sign = word == "++" || word == "%%";
    if (is_like_a_list || is_a_sign || word.starts_with(as_typed))
        word.insert(word.begin(), as_typed);
    return word;
}

std::string unmarked(std::string const& word) {
    bool const is_marked = !word.empty() && word[0] == as_typed;
    return is_marked ? word.substr(1) : word;
}

void unmark_values(CLI::App& app) {
    for (CLI::Option* option : app.get_options()) option->transform(unmarked);
    for (CLI::App* subcommand : app.get_subcommands({})) unmark_values(*subcommand);
}

}  // namespace

Grammar::Grammar(Words words)
    : words_{words},
      app_{"Reads and changes your settings, and says how their sync stands.", "settingsctl"},
      socket_{client::default_socket()} {
    app_.require_subcommand(1);
    app_.add_flag("--json", json_, "Print JSON for programs");
    app_.add_option("--socket", socket_, "Where the daemon listens, if not at $SETTINGSD_SOCKET")
        ->type_name("PATH")
        ->check(os::wrong_with_file_name);
    app_.set_version_flag("-V,--version", "settingsctl " SETTINGSD_VERSION,
                          "Print the version and exit");
    // Before the commands are added, which take it over: --json and --socket may stand behind them.
    app_.fallthrough();
    add_settings();
    add_history();
    add_sync();
    add_login();
    add_conflicts();
    add_rejected();
    add_review();
    add_help();
    unmark_values(app_);
    // Subcommands inherit what is there before them; these are the program's.
    app_.footer(footer);
    app_.set_help_all_flag("--help-all", "Print the help of every command and exit");
}

void Grammar::read(int argc, char const* const* argv) {
    std::vector<std::string> last_first;
    for (int at = argc - 1; at > 0; --at) last_first.push_back(marked(argv[at]));
    app_.parse(std::move(last_first));
}

bool Grammar::is_wanted(std::string const& name) const {
    return !words_ || std::ranges::find(*words_, name) != words_->end();
}

void Grammar::add_settings() {
    add<Get>(app_, "get", "Print one setting, or all", [](CLI::App& app, Get& get) {
        app.add_option("path", get.path, "The setting; all of them when left out");
        app.add_flag("--organization", get.of_organization,
                     "Of the organization that the account is in, not yours");
    });
    add<Set>(app_, "set", "Set one or more settings, in one step", [](CLI::App& app, Set& set) {
        app.add_option("path=value", set.assignments, "What to set, e.g. notifications.email=false")
            ->required();
        app.add_option("--wait", set.wait, "Wait until the server has it, at most so long")
            ->type_name("SECONDS")
            ->check(wrong_with_wait);
        app.add_flag("--string", set.as_text, "Take each value as a string, JSON or not");
    });
    add<Unset>(app_, "unset", "Remove one or more settings, in one step",
               [](CLI::App& app, Unset& unset) {
                   app.add_option("path", unset.paths, "What to remove")->required();
               });
    add<Edit>(app_, "edit", "Change the settings in your editor, and save what you changed");
    add<Dump>(app_, "dump", "Print all settings as JSON, for load");
    add<Load>(app_, "load", "Merge settings from a file: in one step, above half a MiB in several",
              [](CLI::App& app, Load& load) {
                  app.add_option("file", load.file, "JSON; standard input when left out, or for -")
                      ->check(os::wrong_with_file_name);
                  app.add_flag("--replace", load.replace,
                               "Remove all settings that it does not have");
                  app.add_flag("--dry-run", load.dry_run, "Only show what would change");
              });
    add<Backup>(app_, "backup", "Write all settings to a file of your own",
                [](CLI::App& app, Backup& backup) {
                    app.add_option("file", backup.file,
                                   "What is there is replaced; standard output for -")
                        ->required()
                        ->check(os::wrong_with_file_name);
                });
    add<Restore>(app_, "restore", "Make the settings what a backup says",
                 [](CLI::App& app, Restore& restore) {
                     app.add_option("file", restore.file, "As backup wrote it")
                         ->required()
                         ->check(os::wrong_with_file_name);
                     app.add_flag("--yes", restore.agreed, "Do not ask first");
                 });
}

void Grammar::add_history() {
    add<Watch>(app_, "watch", "Print each change as it comes", [](CLI::App& app, Watch& watch) {
        app.add_option("path", watch.path, "The setting; all of them when left out");
    });
    add<Log>(app_, "log", "Show what was changed, when and by whom", [](CLI::App& app, Log& log) {
        app.add_option("path", log.path, "The setting; all of them when left out");
        app.add_option("-n,--limit", log.limit,
                       "At most so many edits; 20 unless told, and 1000 with --since")
            ->type_name("N")
            ->transform(a_number)
            ->check(CLI::Range(1, 1'000).description(""));
        app.add_option("--since", log.since, "Only what was changed since then, as for undo")
            ->type_name("TIME");
        app.add_option("--after", log.after, "The first ones after this revision")
            ->type_name("REVISION")
            ->transform(a_number);
    });
    add<Undo>(app_, "undo", "Put back what an edit changed", [](CLI::App& app, Undo& undo) {
        app.add_option("revision", undo.revision,
                       "As the log has it; the last edit made here that stands when left out")
            ->transform(a_number);
        app.add_flag("--burst", undo.burst, "Also the same app's edits within seconds around it");
        app.add_option("--since", undo.since,
                       "Everything since then: 10min, yesterday, \"2026-11-23 19:00\"")
            ->type_name("TIME");
        app.add_flag("--force", undo.force, "Also what was changed again since");
        app.add_flag("--dry-run", undo.dry_run, "Only show what would change");
        app.add_flag("-y,--yes", undo.yes, "Do not ask before many settings are put back");
    });
}

void Grammar::add_sync() {
    add<ShowStatus>(app_, "status", "Show how the sync with the server stands",
                    [](CLI::App& app, ShowStatus& status) {
                        app.add_flag("--watch", status.live, "Go on showing it, until q or Ctrl-C");
                    });
    add<Diff>(app_, "diff", "Show how the settings here differ from the account's",
              [](CLI::App& app, Diff& diff) {
                  app.add_option("path", diff.path, "The setting; all of them when left out");
              });
    add<ShowConfiguration>(app_, "config",
                           "Show what the daemon is configured to do, by which file");
    add<SyncNow>(app_, "sync", "Ask for a sync now", [](CLI::App& app, SyncNow& sync) {
        app.add_option("--wait", sync.wait, "Wait until the server has everything, at most so long")
            ->type_name("SECONDS")
            ->check(wrong_with_wait);
    });
    add<Explain>(app_, "explain", "Tell why a setting is synced, or not yet, or not at all",
                 [](CLI::App& app, Explain& explain) {
                     app.add_option("path", explain.path, "The setting")->required();
                 });
    add<Pause>(app_, "pause", "Keep edits on this machine until a resume");
    add<Resume>(app_, "resume", "Go on with the sync");
    add<DismissNotice>(app_, "dismiss", "Forget what status tells of a store that was mended");
    auto const switches = [this](CLI::App& app, ShowNotify&) {
        add<SwitchNotify>(app, "on", "Have your desktop tell you when the sync needs you",
                          [](CLI::App&, SwitchNotify& notify) { notify.on = true; });
        add<SwitchNotify>(app, "off", "Have it tell you nothing",
                          [](CLI::App&, SwitchNotify& notify) { notify.on = false; });
        app.require_subcommand(0, 1);
    };
    add<ShowNotify>(app_, "notify", "Tell whether desktop notifications of the sync are on",
                    switches);
}

void Grammar::add_login() {
    add<LogIn>(
        app_, "login", "Log in with your Flashback account; asks for the password",
        [](CLI::App& app, LogIn& login) {
            app.add_flag("--tokens", login.with_tokens,
                         "Read {\"accessToken\":…,\"refreshToken\":…,\"provider\":…} from standard "
                         "input instead");
            app.add_option("--first", login.first,
                           "Which settings count where the account's and this machine's have not "
                           "met: merge, account, device or ask")
                ->type_name("WHICH")
                ->check(CLI::IsMember({"ask", "account", "device", "merge"}).description(""));
        });
    add<LogOut>(app_, "logout", "Forget the login");
    add<WhoAmI>(app_, "whoami", "Show whose account this is, since when and by what");
}

void Grammar::add_conflicts() {
    auto const choose = [](CLI::App& app, auto& conflict) {
        app.add_option(
            "id", conflict.which.names,
            "Numbers of the list, or settings, with all below them; /7 is a setting named 7");
        app.add_flag("--all", conflict.which.all, "All of the list");
    };
    add<ShowConflicts>(app_, "conflicts", "List what was changed here and elsewhere",
                       [&](CLI::App& app, ShowConflicts&) {
                           add<RestoreConflict>(app, "restore", "Put back what was not kept",
                                                choose);
                           add<DiscardConflict>(app, "discard", "Forget what was not kept", choose);
                           app.require_subcommand(0, 1);
                       });
}

void Grammar::add_rejected() {
    auto const retry = [](CLI::App& app, RetryRejected& again) {
        app.add_option("key", again.key, "The setting; all of them when left out");
    };
    auto const give_up = [](CLI::App& app, DiscardRejected& discard) {
        app.add_option("key", discard.key, "The setting")->required();
    };
    add<ShowRejected>(
        app_, "rejected", "List what the server does not take", [&](CLI::App& app, ShowRejected&) {
            add<RetryRejected>(app, "retry", "Try one again now, or all", retry);
            add<DiscardRejected>(app, "discard", "Take the server's value instead", give_up);
            app.require_subcommand(0, 1);
        });
}

void Grammar::add_review() {
    using client::Verdict;
    auto const decision = [](Verdict verdict, auto const& describe) {
        return [verdict, &describe](CLI::App& app, DecideReview& decide) {
            decide.verdict = verdict;
            app.add_option("--shown", decide.shown,
                           "Only if that is still held which review has shown with this tag")
                ->type_name("TAG");
            describe(app, decide);
        };
    };
    auto const by_setting = [](char const* what) {
        return [what](CLI::App& app, DecideReview& decide) {
            app.add_option("setting", decide.keys, what);
        };
    };
    auto const with_exceptions = [](CLI::App& app, DecideReview& decide) {
        auto const except = [&app](char const* name, auto& settings, char const* what) {
            app.add_option(name, settings, what)->type_name("SETTING")->allow_extra_args(false);
        };
        except("--account", decide.account, "Take this setting from the account as it is");
        except("--device", decide.device, "Have this machine's win in this setting");
    };
    auto const of_these =
        by_setting("Only of these, and the others wait; everything when left out");
    auto const these = by_setting("Only these, and the others wait; everything when left out");
    add<ShowReview>(app_, "review", "Show a document of the server that waits for you",
                    [&](CLI::App& app, ShowReview&) {
                        auto const decide = [&](char const* name, char const* help, Verdict verdict,
                                                auto const& describe) {
                            add<DecideReview>(app, name, help, decision(verdict, describe));
                        };
                        decide("apply", "Take it over", Verdict::apply, of_these);
                        decide("refuse", "Put this device's document back", Verdict::refuse, these);
                        decide("merge", "Bring another account's and this device's together",
                               Verdict::merge, with_exceptions);
                        decide("account", "Take another account's as it is", Verdict::account,
                               with_exceptions);
                        decide("device", "Bring the two together, and this device's values win",
                               Verdict::device, with_exceptions);
                        app.require_subcommand(0, 1);
                    });
}

void Grammar::add_help() {
    add<Doctor>(app_, "doctor", "Check what the sync needs, and say what to mend");
    add<Help>(app_, "help", "Print the help, of a command if you name one",
              [](CLI::App& app, Help& help) {
                  app.add_option("command", help.command, "The command; the program when left out");
              });
    add<PrintCompletion>(app_, "completion", "Print what completes commands and paths",
                         [](CLI::App& app, PrintCompletion& print) {
                             app.add_option("shell", print.shell, "bash, zsh or fish")->required();
                         });
    add<Complete>(app_, "complete", "For the shells", [](CLI::App& app, Complete& complete) {
        app.add_option("words", complete.words);
        app.group("");
    });
}

}  // namespace settings::cli
