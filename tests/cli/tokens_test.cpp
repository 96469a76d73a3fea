#include "cli/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/assignment.h"

namespace settings::cli {
namespace {

Tokens read(std::string const& text) {
    std::istringstream input{text};
    return tokens_from(input);
}

TEST(TokensTest, ReadsAPairOrAnAccessTokenAlone) {
    EXPECT_EQ(read(R"({"accessToken":"a","refreshToken":"r"})").access, "a");
    EXPECT_EQ(read(R"({"accessToken":"a","refreshToken":"r"})").refresh, "r");
    EXPECT_EQ(read(R"({"accessToken":"a","refreshToken":null})").refresh, "");
    EXPECT_EQ(read("\n {\"success\":true,\"accessToken\":\"a\"}\n").refresh, "");
    EXPECT_EQ(read(" a.b.c\n").access, "a.b.c");
    EXPECT_EQ(read(" a.b.c\n").refresh, "");
    EXPECT_EQ(read("\"a.b.c\"\n").access, "a.b.c") << "as jq prints it without -r";
}

TEST(TokensTest, TakesEitherSpellingOfTheService) {
    auto const tokens = read(R"({"access_token":"a","refresh_token":"r","expiresAt":1})");

    EXPECT_EQ(tokens.access, "a");
    EXPECT_EQ(tokens.refresh, "r");
    EXPECT_EQ(read(R"({"access_token":"a","accessToken":"a"})").access, "a");
}

std::string refusal_of(std::string const& text) {
    try {
        return "accepted: " + read(text).access;
    } catch (UsageError const& error) {
        return error.what();
    }
}

TEST(TokensTest, TellsTheNameThatItDoesNotKnow) {
    EXPECT_THAT(refusal_of(R"({"accessToken":"a","refreshtoken":"r"})"),
                testing::StartsWith("\"refreshtoken\" is nothing that a login takes"));
    EXPECT_THAT(refusal_of(R"({"accessToken":"a","access_token":"b"})"),
                testing::HasSubstr("are two tokens"));
}

TEST(TokensTest, RefusesAnythingElseWithoutAQuote) {
    for (std::string const& text :
         {std::string{}, std::string{" \n"}, std::string{"{secret"},
          std::string{R"({"refreshToken":"secret"})"}, std::string{R"({"accessToken":["secret"]})"},
          std::string{R"({"accessToken":"secret","refreshToken":5})"},
          std::string{R"({"accessToken":"secret","provider":["GITHUB"]})"},
          std::string{R"({"accessToken":"secret","accessToken":"secret2"})"},
          std::string{R"({"accessToken":"a","secret)"} + std::string(40, 's') + R"(":1})",
          std::string{"null"}, std::string{"\"\""}, std::string{"two secrets"},
          std::string(70'000, 's')}) {
        try {
            (void)read(text);
            ADD_FAILURE() << "accepted: " << text.substr(0, 80);
        } catch (UsageError const& error) {
            EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("secret")));
        }
    }
}

}  // namespace
}  // namespace settings::cli
