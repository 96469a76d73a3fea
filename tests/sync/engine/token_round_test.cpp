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
    EXPECT_EQ(round.unauthorized(1, renewable(1)), Step::log_in);
}

TEST(TokenRoundTest, ARefusedTokenIsRenewedOrNeedsALogin) {
    EXPECT_EQ(TokenRound{}.unauthorized(1, renewable(1)), Step::renew);
    EXPECT_EQ(TokenRound{}.unauthorized(1, fixed(1)), Step::once_more);
}

TEST(TokenRoundTest, ARefusalOfAnOldTokenLeadsToOneMoreLook) {
    TokenRound round;

    EXPECT_EQ(round.unauthorized(1, renewable(2)), Step::look_again);
    EXPECT_EQ(round.unauthorized(2, renewable(3)), Step::renew);
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

    EXPECT_EQ(round.unauthorized(1, renewable(1)), Step::wait);
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
    EXPECT_EQ(refused.unauthorized(1, renewable(1)), Step::renew);
    refused.renews();
    EXPECT_EQ(refused.renewal_failed(failure(Fault::server_error, 503), renewable(1)), Step::wait);
}

TEST(TokenRoundTest, KnowsOfATokenThatCameMeanwhile) {
    TokenRound round;
    EXPECT_FALSE(round.has_another());

    round.another_came();

    EXPECT_TRUE(round.has_another());
}

}  // namespace
}  // namespace settings::sync
