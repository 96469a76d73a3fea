#include "sync/engine/token_round.h"

#include <utility>

namespace settings::sync {

bool TokenRound::is_renewal_due(TokenState const& token, Time now) const {
    if (has_renewed_ || !token.renewable) return false;
    return token.generation == 0 || (token.renew_at && now >= *token.renew_at);
}

/// A refusal of a token that is gone by now says nothing about the token that came: the round looks
/// again, once. A login helps only where the server would not renew the token: where the server
/// could not, time helps.
TokenRound::Step TokenRound::unauthorized(std::uint64_t sent, TokenState const& token) {
    bool const is_first = !std::exchange(was_unauthorized_, true);
    bool const is_of_an_old_token = sent != token.generation;
    if (is_of_an_old_token && is_first) return Step::look_again;
    if (token.renewable && !has_renewed_) return Step::renew;
    if (renewal_failure_) return Step::wait;
    return has_renewed_ ? Step::log_in : Step::once_more;
}

bool TokenRound::is_proven(std::uint64_t sent, TokenState const& token) const {
    bool const may_renew = token.renewable && !has_renewed_;
    return has_served_ && !has_another_ && sent == token.generation && !may_renew;
}

/// A renewal ahead of the token's end may fail while the token is still good.
TokenRound::Step TokenRound::renewal_failed(Failure failure, TokenState const& token) {
    bool const has_answer = failure.status != 0;
    bool const is_refused = failure.fault == Fault::unauthorized;
    renewal_failure_ = std::move(failure);
    if (is_refused) return Step::log_in;
    bool const may_still_be_good = token.generation != 0 && !was_unauthorized_;
    return may_still_be_good && has_answer ? Step::look_again : Step::wait;
}

bool TokenRound::has_another() const { return has_another_; }

}  // namespace settings::sync
