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
}

TEST(TokensTest, RefusesAnythingElseWithoutAQuote) {
    for (std::string const& text :
         {std::string{}, std::string{" \n"}, std::string{"{secret"},
          std::string{R"({"refreshToken":"secret"})"}, std::string{R"({"accessToken":["secret"]})"},
          std::string{R"({"accessToken":"secret","refreshToken":5})"},
          std::string{R"({"accessToken":"secret","provider":["GITHUB"]})"},
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
