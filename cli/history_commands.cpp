#include "cli/assignment.h"
#include "cli/carry_out.h"
#include "cli/history_text.h"
#include "cli/outcome.h"
#include "cli/output.h"
#include "cli/past_time.h"

namespace settings::cli {
namespace {

using client::Client;
using client::Result;
using client::Revision;

constexpr std::size_t farthest = 1'000;  ///< edits to look back over; the API's limit

/// The newest edit that was made on this machine; nothing when there is none.
Result<std::optional<Revision>> last_edit(Client& client) {
    auto const history = client.journal({.limit = farthest});
    if (!history) return history.error();
    auto const& entries = history->entries;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        if (entry->origin == "app" || entry->origin == "undo") return entry->revision;
    return std::optional<Revision>{};
}

void refuse_unclear(Undo const& undo) {
    if (undo.revision && undo.since)
        throw UsageError{"a revision and --since are two ways to say what to undo; keep one"};
    if (undo.burst && undo.since)
        throw UsageError{"--burst goes with a revision; --since undoes everything anyway"};
}

std::string told(client::Undone const& undone, Style style) {
    if (style == Style::json)
        return value_text({{"revision", undone.revision}, {"undone", undone.undone}}, style);
    auto const edits = std::to_string(undone.undone) + (undone.undone == 1 ? " edit" : " edits");
    return "undid " + edits + ", in revision " + std::to_string(undone.revision) + '\n';
}

}  // namespace

/// Ends with a signal, or with the reader of its output.
Outcome carry_out(Watch const& watch, Context const& context) {
    if (watch.path) check_word(*watch.path);
    // Later it is waited for; now its absence is more likely a mistake.
    if (auto const there = context.client.status(); !there) return failed(there.error());
    auto changes = context.client.watch({.path = watch.path.value_or("")});
    for (;;) {
        auto const event = changes.next();
        if (!event) return failed(event.error());
        if (*event) print(event_text(**event, context.style), context.style);
    }
}

Outcome carry_out(Log const& log, Context const& context) {
    if (log.path) check_word(*log.path);
    auto const history = context.client.journal(
        {.since = log.since, .limit = log.limit, .path = log.path.value_or("")});
    if (!history) return failed(history.error());
    return {Exit::done, log_text(*history, context.now, context.style), {}};
}

Outcome carry_out(Undo const& undo, Context const& context) {
    refuse_unclear(undo);
    client::UndoOrder order{.revision = undo.revision, .burst = undo.burst, .force = undo.force};
    if (undo.since) order.since = past_time(*undo.since, context.now);
    if (!order.since && !order.revision) {
        auto const last = last_edit(context.client);
        if (!last) return failed(last.error());
        if (!*last) return {Exit::refused, {}, "nothing was edited here that could be undone"};
        order.revision = *last;
    }
    auto const undone = context.client.undo(order);
    if (!undone) return failed(undone.error());
    return {Exit::done, told(*undone, context.style), {}};
}

}  // namespace settings::cli
