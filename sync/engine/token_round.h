#pragma once

#include <optional>

#include "sync/engine/fault.h"
#include "sync/engine/token_state.h"

namespace settings::sync {

/// What one round does about the access token: it renews the token ahead of its end, and decides
/// what follows a 401. A round asks for one renewal at most, and none for a token that a renewal
/// has just brought, where only a gateway refuses it: it would refuse the next one, too.
class TokenRound {
  public:
    enum class Step {
        look_again,  ///< begin again with the token that counts now
        renew,       ///< get another token, and look again
        wait,        ///< a renewal failed, and may succeed later; see renewal_failure()
        once_more,   ///< look again later, once: one refusal may be a mishap
        log_in,      ///< only a person can help
    };

    /// Whether to renew the token before the next look, because its end is near.
    [[nodiscard]] bool is_renewal_due(TokenState const& token, Time now) const;

    /// The round asks for a renewal.
    void renews() { has_renewed_ = true; }

    /// The renewal brought this token.
    void renewed(TokenState const& token, Time now) { fresh_ = {token.generation, now}; }

    /// A request was answered with this 401.
    [[nodiscard]] Step unauthorized(Failure const& refusal, TokenState const& token, Time now);

    /// Whether nothing is wrong with the token that a write was sent with although this 401
    /// answered it: a look with the token was answered, and a renewal did not help, or would not.
    [[nodiscard]] bool is_proven(Failure const& refusal, TokenState const& token, Time now) const;

    /// The renewal failed.
    [[nodiscard]] Step renewal_failed(Failure failure, TokenState const& token);

    /// Why the token could not be renewed. Only after Step::wait.
    [[nodiscard]] Failure const& renewal_failure() const { return *renewal_failure_; }

    /// A token of another generation came from outside the round: what the round finds out with the
    /// former one, a refusal above all, need not apply to it.
    void another_came() { has_another_ = true; }

    /// The round looks, or looks again, with the token that counts now.
    void looks() { has_another_ = has_served_ = false; }
    /// The look was answered.
    void served() { has_served_ = true; }
    [[nodiscard]] bool has_another() const;

    /// The round after this one, which knows nothing of it but which token a renewal brought.
    [[nodiscard]] TokenRound next() const;

  private:
    /// A token that a renewal brought. Another token, another number: 0 is none's.
    struct Fresh {
        std::uint64_t generation = 0;
        Time since{};
    };

    [[nodiscard]] bool may_renew(Failure const& refusal, TokenState const& token, Time now) const;

    Fresh fresh_;                    ///< the last one
    bool has_renewed_ = false;       ///< the round has renewed the token, or tried to
    bool was_unauthorized_ = false;  ///< a request of this round was answered 401
    bool has_another_ = false;       ///< another token came since the last look began
    bool has_served_ = false;        ///< the last look was answered
    std::optional<Failure> renewal_failure_;
};

}  // namespace settings::sync
