#include "sync/engine/token_round.h"

#include <gtest/gtest.h>

namespace settings::sync {
namespace {

using namespace std::chrono_literals;
using Step = TokenRound::Step;

TokenState fixed(std::uint64_t generation) {
    TokenState token;
    token.generation = generation;
    return token;
}

TokenState renewable(std::uint64_t generation, std::optional<Time> renew_at = {}) {
    auto token = fixed(generation);
    token.renewable = true;
    token.renew_at = renew_at;
    return token;
}

/// An answer to a renewal, or none.
Failure failure(Fault fault, unsigned status) { return {fault, "no renewal", status}; }

/// A 401 to the token of this generation.
Failure refusal(std::uint64_t sent, bool by_gateway = false) {
    Failure made{Fault::unauthorized, "no", 401};
    made.token = sent;
    made.by_gateway = by_gateway;
    return made;
}

TEST(TokenRoundTest, RenewsATokenAheadOfItsEnd) {
    TokenRound const round;

    EXPECT_FALSE(round.is_renewal_due(renewable(1, 10s), 9s));
    EXPECT_TRUE(round.is_renewal_due(renewable(1, 10s), 10s));
    EXPECT_FALSE(round.is_renewal_due(renewable(1), 24h)) << "its end is not known";
    EXPECT_TRUE(round.is_renewal_due(renewable(0), 0s)) << "there is none yet";
    EXPECT_FALSE(round.is_renewal_due(fixed(1), 24h));
}

TEST(TokenRoundTest, ARoundAsksForOneRenewal) {
    TokenRound round;
    round.renews();

    EXPECT_FALSE(round.is_renewal_due(renewable(1, 10s), 10s));
    EXPECT_EQ(round.unauthorized(refusal(1), renewable(1), 0s), Step::log_in);
}

TEST(TokenRoundTest, ARefusedTokenIsRenewedOrNeedsALogin) {
    EXPECT_EQ(TokenRound{}.unauthorized(refusal(1), renewable(1), 0s), Step::renew);
    EXPECT_EQ(TokenRound{}.unauthorized(refusal(1), fixed(1), 0s), Step::once_more);
}

TEST(TokenRoundTest, ARefusalOfAnOldTokenLeadsToOneMoreLook) {
    TokenRound round;

    EXPECT_EQ(round.unauthorized(refusal(1), renewable(2), 0s), Step::look_again);
    EXPECT_EQ(round.unauthorized(refusal(2), renewable(3), 0s), Step::renew);
}

TEST(TokenRoundTest, ARenewalThatTheServerRefusedNeedsALogin) {
    TokenRound round;
    round.renews();

    EXPECT_EQ(round.renewal_failed(failure(Fault::unauthorized, 401), renewable(1)), Step::log_in);
}

TEST(TokenRoundTest, AnEarlyRenewalThatFailedLeavesTheTokenInUse) {
    TokenRound round;
    round.renews();

    EXPECT_EQ(round.renewal_failed(failure(Fault::server_error, 503), renewable(1)),
              Step::look_again);

    EXPECT_EQ(round.unauthorized(refusal(1), renewable(1), 0s), Step::wait);
    EXPECT_EQ(round.renewal_failure().status, 503U);
}

TEST(TokenRoundTest, ARenewalThatFailedIsWaitedForWhereNoTokenIsGood) {
    for (auto const& [status, token] :
         {std::pair{503U, renewable(0)}, std::pair{0U, renewable(1)}}) {
        TokenRound round;
        round.renews();
        EXPECT_EQ(round.renewal_failed(failure(Fault::server_error, status), token), Step::wait);
        EXPECT_EQ(round.renewal_failure().message, "no renewal");
    }
    TokenRound refused;
    EXPECT_EQ(refused.unauthorized(refusal(1), renewable(1), 0s), Step::renew);
    refused.renews();
    EXPECT_EQ(refused.renewal_failed(failure(Fault::server_error, 503), renewable(1)), Step::wait);
}

TEST(TokenRoundTest, AFreshTokenThatAGatewayRefusesIsNotRenewedBeforeItAges) {
    constexpr bool by_gateway = true;
    TokenRound former;
    EXPECT_EQ(former.unauthorized(refusal(1, by_gateway), renewable(1), 0s), Step::renew);
    former.renews();
    former.renewed(renewable(2), 0s);
    auto const round = former.next();
    auto const step = [&round](Failure const& answer, TokenState const& token, Time now) {
        return TokenRound{round}.unauthorized(answer, token, now);
    };

    EXPECT_EQ(step(refusal(2, by_gateway), renewable(2), 1s), Step::once_more);
    EXPECT_EQ(step(refusal(2, by_gateway), renewable(2), 1h), Step::renew) << "it has aged";
    EXPECT_EQ(step(refusal(2), renewable(2), 1s), Step::renew) << "the service's own word";
    EXPECT_EQ(step(refusal(3, by_gateway), renewable(3), 1s), Step::renew) << "from elsewhere";
    EXPECT_TRUE(round.is_renewal_due(renewable(2, 5s), 5s));
}

TEST(TokenRoundTest, AFreshTokenThatServedIsProvenWhereAGatewayRefusesTheWrite) {
    TokenRound former;
    former.renewed(renewable(2), 0s);
    auto round = former.next();
    EXPECT_FALSE(round.is_proven(refusal(2, true), renewable(2), 1s)) << "no look was answered";
    round.served();

    EXPECT_TRUE(round.is_proven(refusal(2, true), renewable(2), 1s));
    EXPECT_FALSE(round.is_proven(refusal(2), renewable(2), 1s));
}

TEST(TokenRoundTest, KnowsOfATokenThatCameMeanwhile) {
    TokenRound round;
    EXPECT_FALSE(round.has_another());

    round.another_came();

    EXPECT_TRUE(round.has_another());
}

}  // namespace
}  // namespace settings::sync
