#include "sync/engine/token_round.h"

#include <utility>

namespace settings::sync {
namespace {

/// A token whose end is not known may have ended after so long, and then a gateway that checks
/// tokens for the service is right to refuse it.
constexpr Time fresh_for = std::chrono::minutes{10};

}  // namespace

bool TokenRound::is_renewal_due(TokenState const& token, Time now) const {
    if (has_renewed_ || !token.renewable) return false;
    return token.generation == 0 || (token.renew_at && now >= *token.renew_at);
}

/// A refusal of a token that is gone by now says nothing about the token that came: the round looks
/// again, once. A login helps only where the server would not renew the token: where the server
/// could not, time helps.
TokenRound::Step TokenRound::unauthorized(Failure const& refusal, TokenState const& token,
                                          Time now) {
    bool const is_first = !std::exchange(was_unauthorized_, true);
    bool const is_of_an_old_token = refusal.token != token.generation;
    if (is_of_an_old_token && is_first) return Step::look_again;
    if (may_renew(refusal, token, now)) return Step::renew;
    if (renewal_failure_) return Step::wait;
    return has_renewed_ ? Step::log_in : Step::once_more;
}

/// Each renewal uses up a refresh token. The service's own word is another matter: it knows its
/// tokens.
bool TokenRound::may_renew(Failure const& refusal, TokenState const& token, Time now) const {
    bool const is_fresh = token.generation == fresh_.generation && now < fresh_.since + fresh_for;
    bool const is_in_vain = refusal.by_gateway && is_fresh;
    return token.renewable && !has_renewed_ && !is_in_vain;
}

bool TokenRound::is_proven(Failure const& refusal, TokenState const& token, Time now) const {
    return has_served_ && !has_another_ && refusal.token == token.generation &&
           !may_renew(refusal, token, now);
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

TokenRound TokenRound::next() const {
    TokenRound round;
    round.fresh_ = fresh_;
    return round;
}

}  // namespace settings::sync
