#include "sync/account/pending_login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::sync {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Time begun = 100s;
constexpr auto wall = 1'700'000'000s;  // 2023-11-14T22:13:20Z

class PendingLoginTest : public testing::Test {
  protected:
    static TokenPair restricted() {
        TokenPair pair{"restricted", "restricted-refresh"};
        pair.login = "ada";
        pair.note.email = "ada@x";
        pair.lifetime = 600s;
        return pair;
    }

    static Failure no() { return {Fault::unauthorized, "the server said no", 401}; }
    static Failure locked() {
        auto failure = no();
        failure.retry_after = 890s;
        return failure;
    }

    PendingLogin login{restricted(), {{"GOOGLE_AUTH"}, ""}, begun};
    Proof const code = FactorCode{"123456"};
};

TEST_F(PendingLoginTest, IsOverWithItsPair) {
    EXPECT_FALSE(login.is_over(begun + 600s - 1ms));
    EXPECT_TRUE(login.is_over(begun + 600s));
    EXPECT_FALSE((PendingLogin{TokenPair{"a"}, {}, begun}.is_over(begun + 1h - 1ms)));
    EXPECT_TRUE((PendingLogin{TokenPair{"a"}, {}, begun}.is_over(begun + 1h)));
}

TEST_F(PendingLoginTest, SaysWhatWasWrong) {
    EXPECT_THAT(login.refused(no(), code, begun, wall).message, HasSubstr("the code is wrong"));
    EXPECT_THAT(login.refused(no(), LinkToken{"t"}, begun, wall).message,
                HasSubstr("the link is wrong"));
    EXPECT_FALSE(login.why_not(begun, wall));
}

TEST_F(PendingLoginTest, TakesNoProofWhileTheAccountIsLocked) {
    auto const failure = login.refused(locked(), code, begun, wall);

    EXPECT_EQ(failure.message,
              "too many answers were wrong: the account takes none for 15 min, until "
              "2023-11-14T22:28:10Z");
    EXPECT_EQ(login.locked_for(begun), 890s);
    ASSERT_TRUE(login.why_not(begun + 889s, wall + 889s));
    EXPECT_THAT(login.why_not(begun + 889s, wall + 889s)->message,
                HasSubstr("1 min, until 2023-11-14T22:28:10Z"));
    EXPECT_FALSE(login.why_not(begun + 890s, wall + 890s));
    EXPECT_EQ(login.locked_for(begun + 890s), 0s);
}

TEST_F(PendingLoginTest, AFailureOfTheWaySaysNothingOfTheProof) {
    Failure const offline{Fault::offline, "no way"};

    EXPECT_EQ(login.refused(offline, code, begun, wall).message, "no way");
    EXPECT_FALSE(login.why_not(begun, wall));
}

TEST_F(PendingLoginTest, GivesTheFullPairWhatItDoesNotSay) {
    auto const bare = login.finished_by(TokenPair{"full"}, code);
    EXPECT_EQ(bare.access, "full");
    EXPECT_EQ(bare.refresh, "restricted-refresh");
    EXPECT_EQ(bare.login, "ada");
    EXPECT_FALSE(bare.lifetime);
    EXPECT_EQ(bare.note.email, "ada@x");
    EXPECT_EQ(bare.note.factor, by_code);

    auto const by_mail = login.finished_by(TokenPair{"full", "full-refresh"}, LinkToken{"t"});
    EXPECT_EQ(by_mail.refresh, "full-refresh");
    EXPECT_EQ(by_mail.note.factor, by_link);
}

}  // namespace
}  // namespace settings::sync
