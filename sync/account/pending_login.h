#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <variant>

#include "model/time.h"
#include "sync/account/challenge.h"
#include "sync/account/token_pair.h"
#include "sync/engine/fault.h"

namespace settings::sync {

/// What a person shows: the code of an authenticator, or the token of a mailed link.
struct FactorCode {
    std::string text;
};
struct LinkToken {
    std::string text;
};
using Proof = std::variant<FactorCode, LinkToken>;

/// A login whose second factor is still to be shown. Its pair is good for that alone, and is kept
/// in memory alone. Waits for nothing.
class PendingLogin {
  public:
    PendingLogin(TokenPair pair, Challenge challenge, Time now);

    [[nodiscard]] TokenPair const& pair() const { return pair_; }
    [[nodiscard]] Challenge const& challenge() const { return challenge_; }

    /// Whether the pair's life is over.
    [[nodiscard]] bool is_over(Time now) const { return now >= until_; }

    /// How long the account takes no proof at all; nothing after too few that were wrong.
    [[nodiscard]] Time locked_for(Time now) const;

    /// What a refusal of a proof means, which may lock the account.
    [[nodiscard]] Failure refused(Failure failure, Proof const& proof, Time now,
                                  std::chrono::seconds wall);

    /// Why no proof is sent now; nothing to send it.
    [[nodiscard]] std::optional<Failure> why_not(Time now, std::chrono::seconds wall) const;

    /// The pair that the right proof gave, with what it does not say itself.
    [[nodiscard]] TokenPair finished_by(TokenPair full, Proof const& proof) const;

  private:
    TokenPair pair_;
    Challenge challenge_;
    Time until_;
    Time locked_until_{};
};

}  // namespace settings::sync
