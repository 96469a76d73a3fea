#include <cmath>

#include "cli/assignment.h"
#include "cli/carry_out.h"
#include "cli/configuration_text.h"
#include "cli/decisions_text.h"
#include "cli/difference_text.h"
#include "cli/layout.h"
#include "cli/live_status.h"
#include "cli/outcome.h"
#include "cli/progress.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

using std::chrono::milliseconds;

/// For a terminal: what the daemon does meanwhile.
std::string progress_of(client::Client& client) {
    auto const status = client.status();
    return "waiting: " + (status ? status->summary : status.error().message());
}

client::Result<client::SyncOutcome> synced(SyncNow const& sync, Context const& context) {
    if (!sync.wait) return context.client.sync();
    client::Client other{context.socket};
    Progress const progress{[&] { return progress_of(other); }};
    return context.client.sync(milliseconds{std::llround(*sync.wait * 1'000)});
}

/// What a person may want to undo, although all is synced.
std::string not_kept(std::uint64_t conflicts) {
    if (conflicts == 0) return {};
    bool const is_one = conflicts == 1;
    return std::to_string(conflicts) + (is_one ? " setting was" : " settings were") +
           " changed here and elsewhere, and one value " + (is_one ? "" : "of each ") +
           "was not kept: settingsctl conflicts\n";
}

std::string told(SyncNow const& sync, client::SyncOutcome const& outcome, Style style) {
    if (style == Style::json)
        return value_text({{"synced", outcome.synced},
                           {"revision", outcome.revision},
                           {"conflicts", outcome.conflicts},
                           {"reason", outcome.reason}},
                          style);
    if (outcome.synced) return "everything is synced\n" + not_kept(outcome.conflicts);
    if (sync.wait) return {};
    return "sync asked for" + (outcome.reason.empty() ? "" : ": " + printable(outcome.reason)) +
           '\n';
}

/// What a difference leaves out; empty where it is all that there is. `status` is of the same time.
std::string left_out(bool looked, client::Result<client::Status> const& status) {
    if (status && status->review)
        return std::string{"what the server has now waits for you, and is not compared here: "} +
               "settingsctl review";
    if (looked) return {};
    return "the server was not looked at yet, so the account is taken to have nothing" +
           (status ? " (" + status->summary + ')' : "");
}

/// Whether the server has accepted what its document does not show yet.
bool is_lagging(client::Result<client::Status> const& status) {
    return status && status->state == "waiting" && status->waits_for == "verify";
}

}  // namespace

Outcome carry_out(ShowStatus const& show, Context const& context) {
    if (show.live) return show_live_status(context);
    auto const status = context.client.status();
    if (!status) return failed(status.error());
    return {
        Exit::done, fitted(status_text(*status, context.now, context.style), context.style), {}};
}

Outcome carry_out(Diff const& diff, Context const& context) {
    if (diff.path) check_word(*diff.path);
    auto const told = context.client.difference();
    if (!told) return failed(told.error());
    ChangeSet changes;
    for (auto const& [path, names, there, here] : told->changes)
        changes.push_back({names, there, here});
    if (diff.path) changes = excerpt(changes, *diff.path);
    if (changes.empty() && diff.path)  // what is neither here nor there differs nowhere, too
        if (auto here = carry_out(Get{diff.path}, context); here.exit != Exit::done) return here;
    auto const status = context.client.status();
    auto const unknown = left_out(told->looked, status);
    if (!unknown.empty() || !changes.empty() || context.style == Style::json)
        return {Exit::done, difference_text(changes, context.style), unknown};
    return {Exit::done,
            is_lagging(status) ? "the server accepted all that is here, and does not show it yet\n"
                               : "the account has the same, by the last look\n",
            {}};
}

Outcome carry_out(ShowConfiguration const&, Context const& context) {
    auto const told = context.client.configuration();
    if (!told) return failed(told.error());
    return {Exit::done, configuration_text(*told, context.style), {}};
}

Outcome carry_out(SyncNow const& sync, Context const& context) {
    auto const outcome = synced(sync, context);
    if (!outcome) return failed(outcome.error());
    Outcome result{Exit::done, told(sync, *outcome, context.style), {}};
    if (outcome->synced || !sync.wait) return result;
    std::string const reason = outcome->reason.empty() ? "" : ": " + outcome->reason;
    result.exit = Exit::refused;
    result.message = "not synced yet" + reason + "; see: settingsctl status";
    return result;
}

Outcome carry_out(Explain const& explain, Context const& context) {
    check_word(explain.path);
    auto const explanation = context.client.explain(explain.path);
    if (!explanation) return failed(explanation.error());
    return {Exit::done, fitted(explanation_text(*explanation, context.style), context.style), {}};
}

Outcome carry_out(Pause const&, Context const& context) {
    return done(context.client.pause(),
                "paused: edits stay on this machine until \"settingsctl resume\"", context.style);
}

Outcome carry_out(Resume const&, Context const& context) {
    return done(context.client.resume(), "resumed", context.style);
}

Outcome carry_out(DismissNotice const&, Context const& context) {
    return done(context.client.dismiss_notice(), "dismissed", context.style);
}

}  // namespace settings::cli
