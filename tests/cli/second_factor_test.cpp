#include "cli/second_factor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::cli {
namespace {

using client::SecondFactor;
using testing::HasSubstr;
using testing::Not;
using What = FactorAnswer::What;

SecondFactor factor(std::vector<std::string> methods) {
    SecondFactor made;
    made.methods = std::move(methods);
    return made;
}

SecondFactor const codes = factor({SecondFactor::code});
SecondFactor const links = factor({SecondFactor::link});
SecondFactor const both = factor({SecondFactor::link, SecondFactor::code, "PASSKEY"});

void expect_read(SecondFactor const& of, std::string const& typed, What what,
                 std::string const& text) {
    auto const shown = factor_answer(typed, of);
    EXPECT_EQ(shown.what, what) << typed;
    EXPECT_EQ(shown.text, text);
}

TEST(SecondFactorTest, ReadsACodeAsAuthenticatorsShowIt) {
    for (auto const& of : {codes, both}) {
        expect_read(of, "123456", What::code, "123456");
        expect_read(of, " 123 456 ", What::code, "123456");
    }
    expect_read(codes, "abcd-efgh", What::code, "abcd-efgh");
    expect_read(codes, "link", What::code, "link");
}

TEST(SecondFactorTest, ReadsALinkOrTheTokenInIt) {
    for (auto const& of : {links, both}) {
        expect_read(of, "abc-def", What::link_token, "abc-def");
        expect_read(of, "https://x.example/mfa?token=abc", What::link_token, "abc");
        expect_read(of, "https://x.example/mfa?a=1&token=abc&b=2", What::link_token, "abc");
        expect_read(of, "https://x.example/mfa?token=abc#top", What::link_token, "abc");
    }
    expect_read(links, "123456", What::link_token, "123456");
}

TEST(SecondFactorTest, ReadsTheWishForALink) {
    expect_read(both, "link", What::wish_for_link, "");
    expect_read(links, " Link ", What::wish_for_link, "");
}

TEST(SecondFactorTest, AsksForWhatTheAccountHas) {
    EXPECT_EQ(question(codes, false), "Code: ");
    EXPECT_THAT(question(both, false), HasSubstr("\"link\""));
    EXPECT_THAT(question(both, true), HasSubstr("or a code"));
    EXPECT_THAT(question(links, true), Not(HasSubstr("code")));
}

TEST(SecondFactorTest, KnowsWhatATerminalCannotShow) {
    EXPECT_TRUE(can_be_shown(codes));
    EXPECT_TRUE(can_be_shown(links));
    EXPECT_FALSE(can_be_shown(factor({"PASSKEY"})));
    EXPECT_FALSE(can_be_shown(factor({})));
    auto locked = codes;
    locked.locked_for = std::chrono::seconds{1};
    EXPECT_FALSE(can_be_shown(locked));
}

}  // namespace
}  // namespace settings::cli
