#include <unistd.h>

#include <stdexcept>

#include "cli/carry_out.h"
#include "cli/carry_over.h"
#include "cli/difference.h"
#include "cli/difference_text.h"
#include "cli/document_text.h"
#include "cli/draft.h"
#include "cli/outcome.h"
#include "cli/private_file.h"
#include "cli/steps.h"
#include "cli/terminal.h"
#include "cli/usage_error.h"
#include "model/patch.h"
#include "model/printable.h"
#include "model/rfc3339.h"

namespace settings::cli {
namespace {

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

Outcome saved_changes(ChangeSet const& changes, client::Result<Steps> const& steps, Style style) {
    if (auto failure = failure_of(steps)) return *std::move(failure);
    if (style != Style::json)
        return {Exit::done, difference_text(changes, style) + told_of_several("saved", *steps), {}};
    Json json{{"revision", nullptr}, {"changes", difference_json(changes)}};
    if (steps->last) json["revision"] = *steps->last;
    return {Exit::done, value_text(json, style), {}};
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
        outcome.message += "; your text is in " + draft.file();
    return outcome;
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
    return saved_changes(changes, steps, context.style);
} catch (std::runtime_error const& error) {
    return {Exit::refused, {}, error.what()};
}

/// The settings in what Backup wrote.
Json backup_from(std::string const& file) try {
    return document_from(read_whole(file));
} catch (UsageError const& error) {
    throw UsageError{file + " is no backup made by \"settingsctl backup\": " + error.what()};
}

bool is_time(Json const& value) {
    return value.is_string() && unix_milliseconds(value.get<std::string>());
}

/// Whether it has the three members of a backup, of whatever version, and nothing else. Settings
/// may have members of these names, too.
bool is_backup(Json const& document) {
    auto const* form = member(&document, "backup");
    auto const* at = member(&document, "at");
    auto const* settings = member(&document, "settings");
    return document.size() == 3 && form != nullptr && form->is_number_integer() && at != nullptr &&
           is_time(*at) && settings != nullptr && settings->is_object();
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

Outcome restored(client::Result<Steps> const& steps, Style style) {
    if (auto failure = failure_of(steps)) return *std::move(failure);
    if (style == Style::json || !steps->last) return saved_if_any(steps->last, style);
    if (steps->are_several()) return {Exit::done, told_of_several("restored", *steps), {}};
    auto const last = std::to_string(*steps->last);
    return {Exit::done,
            "restored, in revision " + last + "; \"settingsctl undo " + last + "\" takes it back\n",
            {}};
}

Outcome told_of_load(client::Result<Steps> const& steps, Style style) {
    if (auto failure = failure_of(steps)) return *std::move(failure);
    if (style == Style::json || !steps->are_several()) return saved_if_any(steps->last, style);
    return {Exit::done, told_of_several("loaded", *steps), {}};
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
        return restored(become([&](Json const&) { return wanted; }, context.client), context.style);
    auto const before = context.client.snapshot();
    if (!before) return failed(before.error());
    auto const changes = difference(before->settings, wanted);
    if (changes.empty() && context.style != Style::json)
        return {Exit::done, "nothing would change\n", {}};
    if (!changes.empty() && !agrees_to_restore(changes, context.style))
        return {Exit::refused, {}, "nothing was changed"};
    // What another app changed while the person read was not agreed to: that is an error.
    return restored(send(changes, before->tag, context.client), context.style);
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
    if (!load.dry_run) return told_of_load(become(result, context.client), context.style);
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
        if (outcome.signal || !wants_to_edit_again(outcome.message))
            return given_up(draft, std::move(outcome));
    }
}

}  // namespace settings::cli
