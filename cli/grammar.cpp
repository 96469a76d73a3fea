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

/// Lets --json and --socket stand after a subcommand, too.
void let_options_follow(CLI::App& app) {
    for (CLI::App* subcommand : app.get_subcommands({})) {
        subcommand->fallthrough();
        let_options_follow(*subcommand);
    }
}

}  // namespace

Grammar::Grammar()
    : app_{"Reads and changes your settings, and says how their sync stands.", "settingsctl"},
      socket_{client::default_socket()} {
    app_.require_subcommand(1);
    app_.add_flag("--json", json_, "Print JSON for programs");
    app_.add_option("--socket", socket_, "Where the daemon listens, if not at $SETTINGSD_SOCKET")
        ->type_name("PATH")
        ->check(os::wrong_with_file_name);
    app_.set_version_flag("-V,--version", "settingsctl " SETTINGSD_VERSION,
                          "Print the version and exit");
    add_settings();
    add_history();
    add_sync();
    add_decisions();
    add_help();
    let_options_follow(app_);
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

void Grammar::add_settings() {
    auto get = add<Get>(app_, "get", "Print one setting, or all");
    get.app->add_option("path", get.kind.path, "The setting; all of them when left out");
    get.app->add_flag("--organization", get.kind.of_organization,
                      "Of the organization that the account is in, not yours");

    auto set = add<Set>(app_, "set", "Set one or more settings, in one step");
    set.app
        ->add_option("path=value", set.kind.assignments,
                     "What to set, e.g. notifications.email=false")
        ->required();
    set.app->add_option("--wait", set.kind.wait, "Wait until the server has it, at most so long")
        ->type_name("SECONDS")
        ->check(wrong_with_wait);

    set.app->add_flag("--string", set.kind.as_text, "Take each value as a string, JSON or not");

    auto unset = add<Unset>(app_, "unset", "Remove one or more settings, in one step");
    unset.app->add_option("path", unset.kind.paths, "What to remove")->required();

    add<Edit>(app_, "edit", "Change the settings in your editor, and save what you changed");
    add<Dump>(app_, "dump", "Print all settings as JSON, for load");
    auto load = add<Load>(app_, "load",
                          "Merge settings from a file: in one step, above half a MiB in several");
    load.app->add_option("file", load.kind.file, "JSON; standard input when left out, or for -")
        ->check(os::wrong_with_file_name);
    load.app->add_flag("--replace", load.kind.replace, "Remove all settings that it does not have");
    load.app->add_flag("--dry-run", load.kind.dry_run, "Only show what would change");

    auto backup = add<Backup>(app_, "backup", "Write all settings to a file of your own");
    backup.app
        ->add_option("file", backup.kind.file, "What is there is replaced; standard output for -")
        ->required()
        ->check(os::wrong_with_file_name);
    auto restore = add<Restore>(app_, "restore", "Make the settings what a backup says");
    restore.app->add_option("file", restore.kind.file, "As backup wrote it")
        ->required()
        ->check(os::wrong_with_file_name);
    restore.app->add_flag("--yes", restore.kind.agreed, "Do not ask first");
}

void Grammar::add_history() {
    auto watch = add<Watch>(app_, "watch", "Print each change as it comes");
    watch.app->add_option("path", watch.kind.path, "The setting; all of them when left out");

    auto log = add<Log>(app_, "log", "Show what was changed, when and by whom");
    log.app->add_option("path", log.kind.path, "The setting; all of them when left out");
    log.app
        ->add_option("-n,--limit", log.kind.limit,
                     "At most so many edits; 20 unless told, and 1000 with --since")
        ->type_name("N")
        ->transform(a_number)
        ->check(CLI::Range(1, 1'000).description(""));
    log.app->add_option("--since", log.kind.since, "Only what was changed since then, as for undo")
        ->type_name("TIME");
    log.app->add_option("--after", log.kind.after, "The first ones after this revision")
        ->type_name("REVISION")
        ->transform(a_number);

    auto undo = add<Undo>(app_, "undo", "Put back what an edit changed");
    undo.app
        ->add_option("revision", undo.kind.revision,
                     "As the log has it; the last edit made here that stands when left out")
        ->transform(a_number);
    undo.app->add_flag("--burst", undo.kind.burst,
                       "Also the same app's edits within seconds around it");
    undo.app
        ->add_option("--since", undo.kind.since,
                     "Everything since then: 10min, yesterday, \"2026-11-23 19:00\"")
        ->type_name("TIME");
    undo.app->add_flag("--force", undo.kind.force, "Also what was changed again since");
    undo.app->add_flag("--dry-run", undo.kind.dry_run, "Only show what would change");
    undo.app->add_flag("-y,--yes", undo.kind.yes, "Do not ask before many settings are put back");
}

void Grammar::add_sync() {
    auto status = add<ShowStatus>(app_, "status", "Show how the sync with the server stands");
    status.app->add_flag("--watch", status.kind.live, "Go on showing it, until q or Ctrl-C");

    auto diff = add<Diff>(app_, "diff", "Show how the settings here differ from the account's");
    diff.app->add_option("path", diff.kind.path, "The setting; all of them when left out");

    add<ShowConfiguration>(app_, "config",
                           "Show what the daemon is configured to do, by which file");

    auto sync = add<SyncNow>(app_, "sync", "Ask for a sync now");
    sync.app
        ->add_option("--wait", sync.kind.wait,
                     "Wait until the server has everything, at most so long")
        ->type_name("SECONDS")
        ->check(wrong_with_wait);

    auto explain =
        add<Explain>(app_, "explain", "Tell why a setting is synced, or not yet, or not at all");
    explain.app->add_option("path", explain.kind.path, "The setting")->required();

    add<Pause>(app_, "pause", "Keep edits on this machine until a resume");
    add<Resume>(app_, "resume", "Go on with the sync");
    add<DismissNotice>(app_, "dismiss", "Forget what status tells of a store that was mended");

    auto& notify =
        *add<ShowNotify>(app_, "notify", "Tell whether desktop notifications of the sync are on")
             .app;
    add<SwitchNotify>(notify, "on", "Have your desktop tell you when the sync needs you").kind.on =
        true;
    add<SwitchNotify>(notify, "off", "Have it tell you nothing").kind.on = false;
    notify.require_subcommand(0, 1);

    auto login =
        add<LogIn>(app_, "login", "Log in with your Flashback account; asks for the password");
    login.app->add_flag("--tokens", login.kind.with_tokens,
                        "Read {\"accessToken\":…,\"refreshToken\":…,\"provider\":…} from standard "
                        "input instead");
    login.app
        ->add_option("--first", login.kind.first,
                     "Which settings count where the account's and this machine's have not met: "
                     "merge, account, device or ask")
        ->type_name("WHICH")
        ->check(CLI::IsMember({"ask", "account", "device", "merge"}).description(""));
    add<LogOut>(app_, "logout", "Forget the login");
    add<WhoAmI>(app_, "whoami", "Show whose account this is, since when and by what");
}

void Grammar::add_decisions() {
    auto& conflicts =
        *add<ShowConflicts>(app_, "conflicts", "List what was changed here and elsewhere").app;
    auto const choose = [](CLI::App& app, Choice& which) {
        app.add_option(
            "id", which.names,
            "Numbers of the list, or settings, with all below them; /7 is a setting named 7");
        app.add_flag("--all", which.all, "All of the list");
    };
    auto restore = add<RestoreConflict>(conflicts, "restore", "Put back what was not kept");
    choose(*restore.app, restore.kind.which);
    auto forget = add<DiscardConflict>(conflicts, "discard", "Forget what was not kept");
    choose(*forget.app, forget.kind.which);

    auto& rejected = *add<ShowRejected>(app_, "rejected", "List what the server does not take").app;
    auto retry = add<RetryRejected>(rejected, "retry", "Try one again now, or all");
    retry.app->add_option("key", retry.kind.key, "The setting; all of them when left out");
    auto give_up = add<DiscardRejected>(rejected, "discard", "Take the server's value instead");
    give_up.app->add_option("key", give_up.kind.key, "The setting")->required();

    auto& review =
        *add<ShowReview>(app_, "review", "Show a document of the server that waits for you").app;
    using client::Verdict;
    auto const decide = [&](char const* name, char const* help, Verdict verdict) {
        auto made = add<DecideReview>(review, name, help);
        made.kind.verdict = verdict;
        made.app
            ->add_option("--shown", made.kind.shown,
                         "Only if that is still held which review has shown with this tag")
            ->type_name("TAG");
        return made;
    };
    auto const by_setting = [](auto const& made, char const* what) {
        made.app->add_option("setting", made.kind.keys, what);
    };
    auto const with_exceptions = [](auto const& made) {
        auto const except = [&made](char const* name, auto& settings, char const* what) {
            made.app->add_option(name, settings, what)
                ->type_name("SETTING")
                ->allow_extra_args(false);
        };
        except("--account", made.kind.account, "Take this setting from the account as it is");
        except("--device", made.kind.device, "Have this machine's win in this setting");
    };
    by_setting(decide("apply", "Take it over", Verdict::apply),
               "Only of these, and the others wait; everything when left out");
    by_setting(decide("refuse", "Put this device's document back", Verdict::refuse),
               "Only these, and the others wait; everything when left out");
    with_exceptions(
        decide("merge", "Bring another account's and this device's together", Verdict::merge));
    with_exceptions(decide("account", "Take another account's as it is", Verdict::account));
    with_exceptions(
        decide("device", "Bring the two together, and this device's values win", Verdict::device));

    for (CLI::App* lister : {&conflicts, &rejected, &review}) lister->require_subcommand(0, 1);
}

void Grammar::add_help() {
    add<Doctor>(app_, "doctor", "Check what the sync needs, and say what to mend");

    auto help = add<Help>(app_, "help", "Print the help, of a command if you name one");
    help.app->add_option("command", help.kind.command, "The command; the program when left out");

    auto print =
        add<PrintCompletion>(app_, "completion", "Print what completes commands and paths");
    print.app->add_option("shell", print.kind.shell, "bash, zsh or fish")->required();
    auto complete = add<Complete>(app_, "complete", "For the shells");
    complete.app->add_option("words", complete.kind.words);
    complete.app->group("");
}

}  // namespace settings::cli
