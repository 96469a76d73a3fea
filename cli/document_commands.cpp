#include <unistd.h>

#include <stdexcept>

#include "cli/carry_out.h"
#include "cli/difference.h"
#include "cli/difference_text.h"
#include "cli/document_text.h"
#include "cli/draft.h"
#include "cli/outcome.h"
#include "cli/parts.h"
#include "cli/private_file.h"
#include "cli/terminal.h"
#include "cli/usage_error.h"
#include "model/limits.h"
#include "model/patch.h"
#include "model/printable.h"
#include "model/rfc3339.h"

namespace settings::cli {
namespace {

using client::Revision;

constexpr int backup_version = 1;

Json merged(Json document, Json const& partial) {
    deep_merge(document, partial);
    return document;
}

Outcome preview(Json const& before, Json const& after, Style style) {
    auto const changes = difference(before, after);
    if (changes.empty() && style != Style::json) return {Exit::done, "nothing would change\n", {}};
    return {Exit::done, difference_text(changes, style), {}};
}

Outcome saved_changes(ChangeSet const& changes, std::optional<Revision> revision, Style style) {
    if (style != Style::json) return {Exit::done, difference_text(changes, style), {}};
    Json json{{"revision", nullptr}, {"changes", difference_json(changes)}};
    if (revision) json["revision"] = *revision;
    return {Exit::done, value_text(json, style), {}};
}

/// What other apps have changed meanwhile stays.
void carry_over(ChangeSet const& changes, Json& settings) {
    for (auto const& change : changes)
        if (change.after && !has_room(settings, change.path))
            throw UsageError{"\"" + path_text(change.path) +
                             "\" has no place any more: another app has put something else where "
                             "it was inside"};
    apply_changes(settings, changes);
}

bool wants_to_edit_again(std::string const& what_is_wrong) {
    if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) return false;
    return Terminal{"edit the file again"}.agrees(printable(what_is_wrong) +
                                                  "\nEdit again? [Y/n] ");
}

Outcome given_up(Draft const& draft, Outcome outcome) {
    if (draft.is_untouched())
        draft.remove();
    else
        outcome.message += "; nothing was changed, and your text is in " + draft.file();
    return outcome;
}

std::vector<client::Assignment> assignments_of(ChangeSet const& changes) {
    std::vector<client::Assignment> all;
    for (auto const& change : changes)
        all.push_back(client::Assignment::exactly(change.path, change.after));
    return all;
}

/// The revisions that a change of the settings led to; none when there was nothing to change.
struct Steps {
    std::optional<Revision> first = {};
    std::optional<Revision> last = {};
};

/// Takes back what was changed before a request failed, the newest first. Returns what to tell.
/// Where no answer came, that request may have been carried out: then all is left as it is.
client::Error take_back(Steps const& steps, client::Error const& why, client::Client& client) {
    if (!steps.first) return why;
    bool is_undone = why.code() != client::Errc::unknown;
    for (auto revision = *steps.last; is_undone && revision >= *steps.first; --revision)
        is_undone = bool(client.undo(revision));
    if (is_undone) return why;
    return client::Error{why.code(), why.message() +
                                         "; what was changed before that, since revision " +
                                         std::to_string(*steps.first) + ", is still there"};
}

/// Sends what is to be changed, in one step where it fits into one request. Each request builds on
/// the one before it, so that no other app's edit gets in between. Where one is refused, nothing is
/// changed.
client::Result<Steps> send(ChangeSet changes, client::Tag tag, client::Client& client) {
    Steps steps;
    auto const parts = parts_of(std::move(changes));
    if (!parts) return client::Error{client::Errc::refused, parts.error().message()};
    for (auto const& part : *parts) {
        auto const receipt =
            client.assign(assignments_of(part), client::WriteOptions{}.only_if(tag));
        if (!receipt) return take_back(steps, receipt.error(), client);
        if (!steps.first) steps.first = receipt->revision;
        steps.last = receipt->revision;
        tag = receipt->tag;
    }
    return steps;
}

/// Makes of the settings what `result` says, beginning anew when another app was faster. No
/// revision when they are that already.
template <class ResultOf>
client::Result<Steps> become(ResultOf const& result, client::Client& client) {
    constexpr int attempts = 100;
    for (int attempt = 1;; ++attempt) {
        auto const before = client.snapshot();
        if (!before) return before.error();
        auto const steps =
            send(diff(before->settings, result(before->settings)), before->tag, client);
        bool const was_late = !steps && steps.error().code() == client::Errc::stale;
        if (!was_late || attempt == attempts) return steps;
    }
}

Outcome save(Draft const& draft, Json const& before, Context const& context) try {
    auto const changes = difference(before, document_from(draft.text()));
    if (changes.empty() && context.style != Style::json)
        return {Exit::done, "nothing changed\n", {}};
    auto const steps = become(
        [&](Json settings) {
            carry_over(changes, settings);
            return settings;
        },
        context.client);
    return steps ? saved_changes(changes, steps->last, context.style) : failed(steps.error());
} catch (std::runtime_error const& error) {
    return {Exit::refused, {}, error.what()};
}

/// The settings in what Backup wrote.
Json backup_from(std::string const& file) try {
    return document_from(read_whole(file));
} catch (UsageError const& error) {
    throw UsageError{file + " is no backup made by \"settingsctl backup\": " + error.what()};
}

/// Whether it has the three members of a backup, of whatever version, and nothing else.
bool is_backup(Json const& document) {
    auto const settings = document.find("settings");
    return document.size() == 3 && document.contains("backup") && document.contains("at") &&
           settings != document.end() && settings->is_object();
}

Json settings_in_backup(std::string const& file) {
    auto backup = backup_from(file);
    if (!is_backup(backup))
        throw UsageError{file +
                         " is no backup made by \"settingsctl backup\"; what \"settingsctl dump\" "
                         "wrote goes back with \"settingsctl load --replace\""};
    if (backup["backup"] != backup_version)
        throw UsageError{file +
                         " is a backup of a form that this settingsctl does not know; "
                         "restore it with the version that made it"};
    return std::move(backup["settings"]);
}

/// The settings in what Dump or a person wrote.
Json settings_to_load(std::string const& file) {
    auto loaded = document_from(read_whole(file));
    if (is_backup(loaded))
        throw UsageError{file +
                         " is a backup, and its settings are inside it; bring them back with "
                         "\"settingsctl restore\""};
    return loaded;
}

/// A person reads it, and a terminal shows it, whatever a program is told.
bool agrees_to_restore(ChangeSet const& changes, Style style) {
    auto const shown = difference_text(changes, style == Style::json ? Style::plain : style);
    return Terminal{"--yes asks nobody"}.approves(shown, "Restore this?");
}

Outcome restored(client::Result<Steps> const& steps, Context const& context) {
    if (!steps) return failed(steps.error());
    if (context.style == Style::json || !steps->last)
        return saved_if_any(steps->last, context.style);
    auto const last = std::to_string(*steps->last);
    if (steps->first == steps->last)
        return {
            Exit::done,
            "restored, in revision " + last + "; \"settingsctl undo " + last + "\" takes it back\n",
            {}};
    return {Exit::done,
            "restored, in revisions " + std::to_string(*steps->first) + " to " + last +
                "; \"settingsctl undo\" takes back one at a time, the newest first\n",
            {}};
}

}  // namespace

Outcome carry_out(Backup const& backup, Context const& context) {
    auto const document = context.client.document();
    if (!document) return failed(document.error());
    std::chrono::milliseconds const now{context.now.time_since_epoch()};
    auto const text = text_of(
        {{"backup", backup_version}, {"at", rfc3339(now.count())}, {"settings", *document}});
    if (backup.file == "-") return {Exit::done, text, {}};
    write_private(backup.file, text);
    return done(client::Result<void>{}, "all settings are in " + backup.file, context.style);
}

Outcome carry_out(Restore const& restore, Context const& context) {
    auto const wanted = settings_in_backup(restore.file);
    if (restore.agreed)
        return restored(become([&](Json const&) { return wanted; }, context.client), context);
    auto const before = context.client.snapshot();
    if (!before) return failed(before.error());
    auto const changes = difference(before->settings, wanted);
    if (changes.empty() && context.style != Style::json)
        return {Exit::done, "nothing would change\n", {}};
    if (!changes.empty() && !agrees_to_restore(changes, context.style))
        return {Exit::refused, {}, "nothing was changed"};
    // What another app changed while the person read was not agreed to: that is an error.
    return restored(send(changes, before->tag, context.client), context);
}

Outcome carry_out(Dump const&, Context const& context) {
    auto const document = context.client.document();
    if (!document) return failed(document.error());
    return {Exit::done, value_text(*document, context.style), {}};
}

Outcome carry_out(Load const& load, Context const& context) {
    auto const loaded = settings_to_load(load.file);
    auto const result = [&](Json const& before) {
        return load.replace ? loaded : merged(before, loaded);
    };
    if (!load.dry_run) {
        auto const steps = become(result, context.client);
        return steps ? saved_if_any(steps->last, context.style) : failed(steps.error());
    }
    auto const before = context.client.document();
    if (!before) return failed(before.error());
    return preview(*before, result(*before), context.style);
}

Outcome carry_out(Edit const&, Context const& context) {
    auto const before = context.client.document();
    if (!before) return failed(before.error());
    Draft const draft{text_of(*before)};
    for (;;) {
        if (auto const problem = draft.edit(); !problem.empty())
            return given_up(draft, {Exit::refused, {}, problem});
        auto outcome = save(draft, *before, context);
        if (outcome.exit == Exit::done) {
            draft.remove();
            return outcome;
        }
        if (!wants_to_edit_again(outcome.message)) return given_up(draft, std::move(outcome));
    }
}

}  // namespace settings::cli
