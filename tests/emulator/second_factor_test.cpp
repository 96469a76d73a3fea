#include "emulator/second_factor.h"

#include <gtest/gtest.h>

#include "emulator/totp.h"
#include "tests/emulator/noon.h"

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;
using Verdict = SecondFactor::Verdict;

class SecondFactorTest : public testing::Test {
  protected:
    SecondFactorTest() { factor.set_up({.totp_key = key, .magic_link = true}); }

    std::string code_at(Time time) const { return one_time_password(key, step_at(time)); }

    std::string const key = "12345678901234567890";
    SecondFactor factor;
    Time now = noon;
};

TEST_F(SecondFactorTest, TakesTheCodesOfTwoStepsAround) {
    for (auto const skew : {-60s, -30s, 0s, 30s, 60s}) {
        factor.set_up({.totp_key = key});
        EXPECT_EQ(factor.check_code(code_at(now + skew), now), Verdict::right) << skew.count();
    }
    EXPECT_EQ(factor.check_code(code_at(now - 90s), now), Verdict::wrong);
    EXPECT_EQ(factor.check_code(code_at(now + 90s), now), Verdict::wrong);
    EXPECT_EQ(factor.check_code("", now), Verdict::wrong);
}

TEST_F(SecondFactorTest, ACodeWorksOnce) {
    auto const code = factor.code(now).value();
    EXPECT_EQ(factor.check_code(code, now), Verdict::right);
    EXPECT_EQ(factor.check_code(code, now), Verdict::wrong);
    EXPECT_EQ(factor.check_code(code_at(now - 30s), now), Verdict::wrong);

    EXPECT_NE(factor.code(now), code);
    EXPECT_EQ(factor.check_code(factor.code(now).value(), now), Verdict::right);
}

TEST_F(SecondFactorTest, FiveWrongAnswersLockItForAQuarterOfAnHour) {
    for (int each = 0; each < 5; ++each) EXPECT_EQ(factor.check_code("no", now), Verdict::wrong);

    EXPECT_EQ(factor.check_code(code_at(now), now), Verdict::locked);
    EXPECT_EQ(factor.locked_for(now), 15min);
    now += 15min - 1ms;
    EXPECT_EQ(factor.locked_for(now), 1s);
    EXPECT_EQ(factor.check_link("no", now), Verdict::locked);
    now += 1ms;
    EXPECT_EQ(factor.locked_for(now), std::nullopt);
    EXPECT_EQ(factor.check_code(code_at(now), now), Verdict::right);
}

TEST_F(SecondFactorTest, ARightAnswerEndsTheRow) {
    for (int each = 0; each < 4; ++each) EXPECT_EQ(factor.check_code("no", now), Verdict::wrong);
    EXPECT_EQ(factor.check_code(code_at(now), now), Verdict::right);

    EXPECT_EQ(factor.check_code("no", now), Verdict::wrong);

    EXPECT_EQ(factor.locked_for(now), std::nullopt);
}

TEST_F(SecondFactorTest, AMailedLinkWorksOnceAndForTenMinutes) {
    factor.mail("first", now);
    factor.mail("second", now);

    EXPECT_EQ(factor.check_link("first", now + 10min - 1ms), Verdict::right);
    EXPECT_EQ(factor.check_link("first", now), Verdict::wrong);
    EXPECT_EQ(factor.mailed(), std::vector<std::string>{"second"});
    EXPECT_EQ(factor.check_link("second", now + 10min), Verdict::wrong);
}

TEST_F(SecondFactorTest, NamesItsMethodsAsTheServiceDoes) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(factor.methods(), (Names{"GOOGLE_AUTH", "MAGIC_LINK"}));
    factor.set_up({.passkey = true});
    EXPECT_EQ(factor.methods(), Names{"PASSKEY"});
    EXPECT_FALSE(factor.has("GOOGLE_AUTH"));
    EXPECT_EQ(factor.code(now), std::nullopt);
    factor.set_up({});
    EXPECT_EQ(factor.methods(), Names{});
}

}  // namespace
}  // namespace settings::emulator
