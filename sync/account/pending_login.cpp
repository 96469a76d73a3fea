#include "sync/account/pending_login.h"

#include <algorithm>
#include <utility>

#include "model/rfc3339.h"

namespace settings::sync {
namespace {

using std::chrono::seconds;

/// How long the service gives that does not say it.
constexpr seconds usual_life = std::chrono::hours{1};

Failure locked(Time left, seconds wall) {
    auto const whole = std::chrono::ceil<seconds>(left);
    auto const minutes = std::chrono::ceil<std::chrono::minutes>(left);
    std::chrono::milliseconds const until = wall + whole;
    return {Fault::unauthorized, "too many answers were wrong: the account takes none for " +
                                     std::to_string(minutes.count()) + " min, until " +
                                     rfc3339(until.count())};
}

std::string wrong(Proof const& proof) {
    if (std::holds_alternative<LinkToken>(proof))
        return "the link is wrong, used or too old; have another one mailed";
    return "the code is wrong, used or too old; give the next one";
}

}  // namespace

PendingLogin::PendingLogin(TokenPair pair, Challenge challenge, Time now)
    : pair_{std::move(pair)},
      challenge_{std::move(challenge)},
      until_{now + pair_.lifetime.value_or(usual_life)} {}

Time PendingLogin::locked_for(Time now) const { return std::max(locked_until_ - now, Time{0}); }

Failure PendingLogin::refused(Failure failure, Proof const& proof, Time now, seconds wall) {
    if (failure.fault != Fault::unauthorized) return failure;
    if (failure.retry_after) {
        locked_until_ = now + *failure.retry_after;
        return locked(*failure.retry_after, wall);
    }
    failure.message = wrong(proof);
    return failure;
}

std::optional<Failure> PendingLogin::why_not(Time now, seconds wall) const {
    auto const left = locked_for(now);
    if (left == Time{0}) return std::nullopt;
    return locked(left, wall);
}

TokenPair PendingLogin::finished_by(TokenPair full, Proof const& proof) const {
    full.note = pair_.note;
    full.note.factor = std::holds_alternative<LinkToken>(proof) ? by_link : by_code;
    if (full.refresh.empty()) full.refresh = pair_.refresh;
    if (full.login.empty()) full.login = pair_.login;
    return full;
}

}  // namespace settings::sync
