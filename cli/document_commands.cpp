#include <unistd.h>

#include "cli/carry_out.h"
#include "cli/difference.h"
#include "cli/difference_text.h"
#include "cli/document_text.h"
#include "cli/draft.h"
#include "cli/outcome.h"
#include "cli/terminal.h"
#include "cli/usage_error.h"
#include "model/patch.h"

namespace settings::cli {
namespace {

using client::Revision;

Json merged(Json document, Json const& partial) {
    deep_merge(document, partial);
    return document;
}

Outcome preview(Json const& before, Json const& after, Style style) {
    auto const changes = difference(before, after);
    if (changes.empty() && style != Style::json) return {Exit::done, "nothing would change\n", {}};
    return {Exit::done, difference_text(changes, style), {}};
}

Outcome saved_changes(ChangeSet const& changes, Revision revision, Style style) {
    if (style != Style::json) return {Exit::done, difference_text(changes, style), {}};
    Json const json{{"revision", revision}, {"changes", difference_json(changes)}};
    return {Exit::done, value_text(json, style), {}};
}

Outcome save(Draft const& draft, Json const& before, Context const& context) try {
    auto const changes = difference(before, document_from(draft.text()));
    if (changes.empty() && context.style != Style::json)
        return {Exit::done, "nothing changed\n", {}};
    // What other apps have changed meanwhile stays.
    auto const revision =
        context.client.edit([&](Json& settings) { apply_changes(settings, changes); });
    return revision ? saved_changes(changes, *revision, context.style) : failed(revision.error());
} catch (UsageError const& error) {
    return {Exit::refused, {}, error.what()};
}

bool wants_to_edit_again(std::string const& what_is_wrong) {
    if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) return false;
    return Terminal{}.agrees(what_is_wrong + "\nEdit again? [Y/n] ");
}

Outcome given_up(Draft const& draft, Outcome outcome) {
    if (draft.is_untouched())
        draft.remove();
    else
        outcome.message += "; nothing was changed, and your text is in " + draft.file();
    return outcome;
}

}  // namespace

Outcome carry_out(Dump const&, Context const& context) {
    auto const document = context.client.document();
    if (!document) return failed(document.error());
    return {Exit::done, value_text(*document, context.style), {}};
}

Outcome carry_out(Load const& load, Context const& context) {
    auto const loaded = document_from(read_whole(load.file));
    if (!load.dry_run)
        return saved(load.replace ? context.client.replace(loaded) : context.client.patch(loaded),
                     context.style);
    auto const before = context.client.document();
    if (!before) return failed(before.error());
    return preview(*before, load.replace ? loaded : merged(*before, loaded), context.style);
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
