#include "cli/carry_out.h"
#include "cli/decisions_text.h"
#include "cli/layout.h"
#include "cli/outcome.h"
#include "model/counted.h"

namespace settings::cli {

Outcome carry_out(ShowConflicts const&, Context const& context) {
    auto const conflicts = context.client.conflicts();
    if (!conflicts) return failed(conflicts.error());
    return {Exit::done,
            fitted(conflicts_text(*conflicts, context.now, context.style), context.style),
            {}};
}

Outcome carry_out(RestoreConflict const& conflict, Context const& context) {
    return saved(context.client.restore_conflict(conflict.id), context.style, "restored");
}

Outcome carry_out(DiscardConflict const& conflict, Context const& context) {
    return done(context.client.discard_conflict(conflict.id), "discarded", context.style);
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
    return done(context.client.decide(review.verdict), decision_text(review.verdict),
                context.style);
}

}  // namespace settings::cli
