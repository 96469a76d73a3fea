#include <unistd.h>

#include "cli/assignment.h"
#include "cli/carry_out.h"
#include "cli/history_text.h"
#include "cli/layout.h"
#include "cli/outcome.h"
#include "cli/output.h"
#include "cli/past_time.h"
#include "cli/terminal.h"

namespace settings::cli {
namespace {

/// From so many settings on a person is asked before they are put back.
constexpr std::size_t many = 10;

void refuse_unclear(Undo const& undo) {
    if (undo.revision && undo.since)
        throw UsageError{"a revision and --since are two ways to say what to undo; keep one"};
    if (undo.burst && undo.since)
        throw UsageError{"--burst goes with a revision; --since undoes everything anyway"};
}

client::UndoOrder order_for(Undo const& undo, client::Time now) {
    client::UndoOrder order;
    if (undo.revision) order = client::UndoOrder{*undo.revision};
    if (undo.since) order.since(past_time(*undo.since, now));
    return order.burst(undo.burst).force(undo.force);
}

std::string edits_text(client::Undone const& undone) {
    return std::to_string(undone.undone) + (undone.undone == 1 ? " edit" : " edits");
}

std::string told(client::Undone const& undone, Style style) {
    if (style == Style::json) {
        client::Json told = undone.answer;
        for (auto const* envelope : {"success", "message"}) told.erase(envelope);
        return value_text(told, style);
    }
    if (undone.undone == 0) return "there was no edit to undo\n";
    if (undone.changes.empty())
        return "nothing had to be put back: all is as it was before " + edits_text(undone) + '\n';
    return "undid " + edits_text(undone) + ", in revision " + std::to_string(undone.revision) +
           '\n' + changes_text(undone.changes);
}

std::string foretold(client::Undone const& undone, Style style) {
    if (style == Style::json) return told(undone, style);
    return "would undo " + edits_text(undone) + '\n' + changes_text(undone.changes);
}

/// Whoever names a time wants all that came after it.
std::size_t limit_of(Log const& log) {
    constexpr std::size_t usual = 20, most = 1'000;
    return log.limit.value_or(log.since ? most : usual);
}

void leave_out_before(client::Time since, std::vector<client::Entry>& entries) {
    std::erase_if(entries, [&](auto const& entry) { return entry.at && *entry.at < since; });
}

void leave_out_after(client::Time until, std::vector<client::Entry>& entries) {
    std::erase_if(entries, [&](auto const& entry) { return entry.at && *entry.at > until; });
}

/// Of the organization's changes those stay that belong to the part of the history which is shown.
void fit_organization(client::History& history, bool goes_on_from_a_revision) {
    if (history.entries.empty()) return;
    auto const first = history.entries.front().at, last = history.entries.back().at;
    bool const begins_later = goes_on_from_a_revision || history.more;
    bool const ends_sooner = goes_on_from_a_revision && history.more;
    if (begins_later && first) leave_out_before(*first, history.organization);
    if (ends_sooner && last) leave_out_after(*last, history.organization);
}

bool somebody_is_there(Style style) {
    return style != Style::json && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

}  // namespace

/// Ends with a signal, or with the reader of its output.
Outcome carry_out(Watch const& watch, Context const& context) {
    if (watch.path) check_word(*watch.path);
    // Later it is waited for; now its absence is more likely a mistake.
    if (auto const there = context.client.status(); !there) return failed(there.error());
    auto changes = context.client.watch(watch.path.value_or(""));
    changes.on_organization([&](client::Entry const& change) {
        print(event_text(change, context.style), context.style);
    });
    for (;;) {
        auto const event = changes.next();
        if (!event) return failed(event.error());
        if (*event) print(event_text(**event, context.style), context.style);
    }
}

Outcome carry_out(Log const& log, Context const& context) {
    if (log.path) check_word(*log.path);
    if (log.since && log.after)
        throw UsageError{"--since and --after are two beginnings; keep one"};
    std::optional<client::Time> since;
    if (log.since) since = past_time(*log.since, context.now);
    auto history = context.client.journal(
        client::JournalQuery{}.since(log.after).limit(limit_of(log)).path(log.path.value_or("")));
    if (!history) return failed(history.error());
    fit_organization(*history, log.after.has_value());
    if (since) leave_out_before(*since, history->entries);
    if (since) leave_out_before(*since, history->organization);
    return {Exit::done, fitted(log_text(*history, context.now, context.style), context.style), {}};
}

Outcome carry_out(Undo const& undo, Context const& context) {
    refuse_unclear(undo);
    auto order = order_for(undo, context.now);
    bool const asks = !undo.yes && somebody_is_there(context.style);
    if (undo.dry_run || asks) {
        auto const preview = context.client.undo(order.dry_run());
        if (!preview) return failed(preview.error());
        if (undo.dry_run) return {Exit::done, foretold(*preview, context.style), {}};
        bool const agrees =
            preview->changes.size() < many ||
            Terminal{"--yes asks nobody"}.approves(foretold(*preview, context.style), "Go on?");
        if (!agrees) return {Exit::refused, {}, "nothing was undone"};
        order.dry_run(false).only_if(preview->tag);
    }
    auto const undone = context.client.undo(order);
    if (!undone) return failed(undone.error());
    return {Exit::done, told(*undone, context.style), {}};
}

}  // namespace settings::cli
