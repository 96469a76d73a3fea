#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/print.h"
#include "settings/client.h"

namespace settings::cli {

/// What the process returns. Scripts depend on these.
enum class Exit {
    done = 0,
    refused = 1,      ///< by the daemon; absent; not synced in time; a file or output that cannot
                      ///< be read or written
    usage = 2,        ///< the arguments make no sense
    unreachable = 3,  ///< no daemon answered, and nothing was changed
    unknown = 4,      ///< sent, and not answered: what is to be changed may be changed
};

struct Get {
    std::optional<std::string> path;  ///< nothing for the whole document
    bool of_organization = false;     ///< its settings, not the user's
};
struct Set {
    std::vector<std::string> assignments;  ///< path=value
    std::optional<double> wait = {};       ///< seconds, for the server; nothing to return at once
    bool as_text = false;                  ///< each value is a string, also where it is JSON
};
struct Unset {
    std::vector<std::string> paths;
};
struct Dump {};
struct Load {
    std::string file = "-";  ///< "-" is standard input
    bool replace = false;    ///< else it is merged in
    bool dry_run = false;    ///< only tell what would change
};
struct Edit {};
struct Backup {
    std::string file;
};
struct Restore {
    std::string file;
    bool agreed = false;  ///< nobody is asked
};
struct Watch {
    std::optional<std::string> path;  ///< nothing for all
};
struct Log {
    std::optional<std::string> path;        ///< nothing for all
    std::optional<std::size_t> limit;       ///< edits; nothing for as many as suit the rest
    std::optional<client::Revision> after;  ///< only later ones; nothing for the newest
    std::optional<std::string> since;       ///< a time; only what was done from then on
};
struct Undo {
    std::optional<client::Revision> revision;  ///< nothing for the last edit that stands
    bool burst = false;                        ///< with the same app's edits around it
    std::optional<std::string> since = {};     ///< a time, in place of a revision
    bool force = false;                        ///< also what was changed again since
    bool dry_run = false;                      ///< only tell what would change
    bool yes = false;                          ///< ask nobody
};
struct ShowStatus {
    bool live = false;  ///< until it is ended
};
struct Diff {
    std::optional<std::string> path;  ///< nothing for all
};
struct ShowConfiguration {};
struct SyncNow {
    std::optional<double> wait;  ///< seconds; nothing to only ask
};
struct Explain {
    std::string path;
};
struct Pause {};
struct Resume {};
struct DismissNotice {};
struct ShowNotify {};
struct SwitchNotify {
    bool on = false;
};
struct ShowConflicts {};
/// Which conflicts are meant: by number or by path, or all of them.
struct Choice {
    std::vector<std::string> names;
    bool all = false;
};
struct RestoreConflict {
    Choice which;
};
struct DiscardConflict {
    Choice which;
};
struct ShowRejected {};
struct RetryRejected {
    std::optional<std::string> key;  ///< nothing for all
};
struct DiscardRejected {
    std::string key;
};
struct ShowReview {};
struct DecideReview {
    client::Verdict verdict = client::Verdict::apply;
    std::vector<std::string> keys = {};     ///< none for all that is held
    std::vector<std::string> account = {};  ///< what is taken from another account all the same
    std::vector<std::string> device = {};   ///< what stays this device's all the same
    std::optional<std::string> shown = {};  ///< the tag of what the person has seen
};
struct LogIn {
    bool with_tokens = false;  ///< from standard input; else asks a person for e-mail and password
    std::optional<std::string> first = {};  ///< the name of a client::First; nothing to ask, or to
                                            ///< leave it to the daemon where nobody can be asked
};
struct LogOut {};
struct WhoAmI {};
struct Doctor {};
/// Of the program, or of a command.
struct Help {
    std::vector<std::string> command;
};
struct PrintCompletion {
    std::string shell;
};
/// What a shell asks while somebody types.
struct Complete {
    std::vector<std::string> words;
};
using Command =
    std::variant<Get, Set, Unset, Dump, Load, Edit, Backup, Restore, Watch, Log, Undo, ShowStatus,
                 Diff, ShowConfiguration, SyncNow, Explain, Pause, Resume, DismissNotice,
                 ShowNotify, SwitchNotify, ShowConflicts, RestoreConflict, DiscardConflict,
                 ShowRejected, RetryRejected, DiscardRejected, ShowReview, DecideReview, LogIn,
                 LogOut, WhoAmI, Doctor, Help, PrintCompletion, Complete>;

/// What to print where, and what to return.
struct Outcome {
    Exit exit = Exit::done;
    std::string output;   ///< whole lines for stdout
    std::string message;  ///< one sentence for stderr, without a line break; empty for none
    std::optional<int> signal = {};  ///< by which the program ends, as it would have at once
};

/// What every command works with.
struct Context {
    client::Client& client;
    std::string socket;  ///< where the client finds the daemon
    client::Time now;
    Style style;
};

/// Carries out one command. Throws UsageError, before the daemon is asked.
[[nodiscard]] Outcome run(Command const& command, Context const& context);

}  // namespace settings::cli
