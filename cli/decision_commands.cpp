#include <optional>
#include <string>

#include "cli/carry_out.h"
#include "cli/chosen.h"
#include "cli/decisions_text.h"
#include "cli/layout.h"
#include "cli/nearest.h"
#include "cli/outcome.h"
#include "cli/usage_error.h"
#include "model/counted.h"

namespace settings::cli {
namespace {

void check(Choice const& which) {
    if (which.all && !which.names.empty())
        throw UsageError{"--all means every conflict; leave out --all or the others"};
    if (!which.all && which.names.empty())
        throw UsageError{"say which: numbers of \"settingsctl conflicts\", settings, or --all"};
}

/// Does one thing to each conflict that is meant, and ends at the first one that cannot be had.
/// Returns how many there were.
template <class Deed>
client::Result<std::size_t> for_each_chosen(Choice const& which, client::Client& client,
                                            Deed const& deed) {
    check(which);
    auto const conflicts = client.conflicts();
    if (!conflicts) return conflicts.error();
    auto const ids = chosen(*conflicts, which.names);
    if (!ids) return client::Error{client::Errc::not_found, ids.error().message()};
    for (auto const id : *ids)
        if (auto const result = deed(id); !result) return result.error();
    return ids->size();
}

/// Says which setting was meant, and shows what is held in place of what was shown.
Outcome not_decided(client::Error const& error, DecideReview const& decided,
                    Context const& context) {
    auto outcome = failed(error);
    bool const is_unknown = error.code() == client::Errc::not_found;
    bool const is_another = error.code() == client::Errc::stale;
    if (!is_unknown && !is_another) return outcome;
    auto const review = context.client.review();
    if (!review || !*review) return outcome;
    if (is_another) {
        outcome.output = fitted(review_text(*review, context.style), context.style);
        return outcome;
    }
    for (auto const* names : {&decided.keys, &decided.account, &decided.device})
        for (auto const& name : *names)
            if (error.message().starts_with('"' + name + '"'))
                outcome.message += did_you_mean(name, (*review)->keys);
    return outcome;
}

/// What is done, and what still waits.
Outcome decided_by_setting(DecideReview const& decided, Context const& context) {
    auto const review = context.client.review();
    if (!review) return failed(review.error());
    if (context.style == Style::json) return {Exit::done, review_text(*review, context.style), {}};
    return {Exit::done, decided_text(decided.verdict, *review), {}};
}

/// Where it was not the usual one.
std::string how_many(std::size_t count) {
    return count == 1 ? "" : ' ' + counted(count, "conflict", "conflicts");
}

}  // namespace

Outcome carry_out(ShowConflicts const&, Context const& context) {
    auto const conflicts = context.client.conflicts();
    if (!conflicts) return failed(conflicts.error());
    return {Exit::done,
            fitted(conflicts_text(*conflicts, context.now, context.style), context.style),
            {}};
}

Outcome carry_out(RestoreConflict const& conflict, Context const& context) {
    std::optional<client::Revision> last;
    auto const restore = [&](std::int64_t id) -> client::Result<void> {
        auto const revision = context.client.restore_conflict(id);
        if (!revision) return revision.error();
        last = *revision;
        return {};
    };
    auto const count = for_each_chosen(conflict.which, context.client, restore);
    if (!count) return failed(count.error());
    if (context.style == Style::json) return saved_if_any(last, context.style);
    return {Exit::done, "restored" + how_many(*count) + '\n', {}};
}

Outcome carry_out(DiscardConflict const& conflict, Context const& context) {
    auto const count = for_each_chosen(conflict.which, context.client, [&](std::int64_t id) {
        return context.client.discard_conflict(id);
    });
    if (!count) return failed(count.error());
    return done(client::Result<void>{}, "discarded" + how_many(*count), context.style);
}

Outcome carry_out(ShowRejected const&, Context const& context) {
    auto const rejected = context.client.rejected();
    if (!rejected) return failed(rejected.error());
    return {Exit::done,
            fitted(rejected_text(*rejected, context.now, context.style), context.style),
            {}};
}

Outcome carry_out(RetryRejected const& rejected, Context const& context) {
    auto const keys = context.client.retry_rejected(rejected.key);
    if (!keys) return failed(keys.error());
    if (context.style == Style::json)
        return {Exit::done, value_text({{"keys", *keys}}, Style::json), {}};
    if (*keys == 0) return {Exit::done, "the server has rejected nothing\n", {}};
    return {Exit::done, "trying " + counted(*keys, "setting", "settings") + " again\n", {}};
}

Outcome carry_out(DiscardRejected const& rejected, Context const& context) {
    return done(context.client.discard_rejected(rejected.key),
                "discarded; the setting is again as the server has it", context.style);
}

Outcome carry_out(ShowReview const&, Context const& context) {
    auto const review = context.client.review();
    if (!review) return failed(review.error());
    return {Exit::done, fitted(review_text(*review, context.style), context.style), {}};
}

Outcome carry_out(DecideReview const& review, Context const& context) {
    client::Decision decision{review.verdict};
    if (!review.keys.empty()) decision.keys(review.keys);
    decision.account(review.account).device(review.device).only_if(review.shown);
    auto const decided = context.client.decide(decision);
    if (!decided) return not_decided(decided.error(), review, context);
    if (review.keys.empty()) return done(decided, decision_text(review.verdict), context.style);
    return decided_by_setting(review, context);
}

}  // namespace settings::cli
