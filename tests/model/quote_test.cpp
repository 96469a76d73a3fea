#include "model/quote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/limits.h"

namespace settings {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string const token =
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTQyIiwiZXhwIjoxODAwMDAwMDAwfQ."
    "Zm9yZXZlciBhbmQgYSBkYXkgbG9uZ2VyIHRoYW4gdGhhdA";

/// Whether eight characters in a row of the token can be read in a text.
bool tells(std::string const& text) {
    for (std::size_t at = 0; at + 8 <= token.size(); ++at)
        if (text.find(token.substr(at, 8)) != std::string::npos) return true;
    return false;
}

TEST(QuoteTest, LeavesOrdinaryTextAsItIs) {
    EXPECT_EQ(quote("Größe 12 is too large, 100 % of it", {token}),
              "Größe 12 is too large, 100 % of it");
    EXPECT_EQ(quote("", {token}), "");
}

TEST(QuoteTest, ShowsNoSecretWhereverTheTextWouldBeCut) {
    for (std::size_t before = 0; before < 250; ++before) {
        auto const shown = quote(std::string(before, 'x') + token + "!", {token});
        EXPECT_FALSE(tells(shown)) << shown;
    }
    EXPECT_EQ(quote("invalid token in: Bearer " + token + " (expired)", {token}),
              "invalid token in: Bearer [secret] (expired)");
}

TEST(QuoteTest, KnowsASecretByItsParts) {
    EXPECT_EQ(quote("bad: " + token.substr(0, 60) + "…", {token}), "bad: [secret]…");
    EXPECT_EQ(quote(token.substr(30), {"another one", token}), "[secret]");
}

TEST(QuoteTest, KnowsASecretThatIsFoldedOrEscaped) {
    std::string folded;
    std::string percent;
    std::string json;
    for (char const c : token) {
        auto const hexadecimal =
            std::string{"0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15]};
        folded += std::string{c} + (folded.size() % 6 == 4 ? "\r\n " : "");
        percent += "%" + hexadecimal;
        json += "\\u00" + hexadecimal;
    }
    EXPECT_EQ(quote("a " + folded + " b", {token}), "a [secret] b");
    EXPECT_EQ(quote("a " + percent + " b", {token}), "a [secret] b");
    EXPECT_EQ(quote("a " + json + " b", {token}), "a [secret] b");
}

TEST(QuoteTest, AShortSecretCountsAsAWhole) {
    EXPECT_EQ(quote("wrong password: s3cr3t!", {"s3cr3t"}), "wrong password: [secret]!");
    EXPECT_EQ(quote("s3cr3", {"s3cr3t"}), "s3cr3");
    EXPECT_EQ(quote("nothing to hide", {""}), "nothing to hide");
}

TEST(QuoteTest, IsBoundedAndCutsBetweenCharacters) {
    EXPECT_THAT(quote(std::string(8 << 20, 'x')), SizeIs(limits::quoted_bytes));

    std::string text = "a";
    for (int n = 0; n < 150; ++n) text += "ü";
    EXPECT_EQ(quote(text), text.substr(0, 199));
    EXPECT_EQ(quote(std::string(197, 'x') + "\x1b"), std::string(197, 'x'));
}

TEST(QuoteTest, WhatHoldsAPartOfASecretMayNotBePassedOn) {
    Secrets const secrets{"a-token-of-some-length"};

    EXPECT_FALSE(may_tell("{\"message\":\"Insufficient permissions\"}", secrets));
    EXPECT_TRUE(may_tell("a-token-of-some-length", secrets));
    EXPECT_TRUE(may_tell("x" + std::string(1'000, ' ') + "ken-of-some", secrets));
    EXPECT_FALSE(may_tell(std::string(100'000, 'x'), secrets));
    EXPECT_TRUE(may_tell(std::string(100'000, 'x') + secrets.front(), secrets));
}

TEST(QuoteTest, SteersNoTerminal) {
    EXPECT_EQ(quote("a\r\nb\t\x1b[31mc\x7f"), "a\\r\\nb\\t\\u001b[31mc\\u007f");
    EXPECT_EQ(quote("a\u009bb\u202ec"), "a\\u009bb\\u202ec");
}

TEST(QuoteTest, IsValidUtf8WhateverComes) {
    EXPECT_EQ(quote("a\xff\xfe b"), "a\\xff\\xfe b");
    EXPECT_EQ(quote("\xed\xa0\xbd", {token}), "\\xed\\xa0\\xbd");
}

}  // namespace
}  // namespace settings
