#include "sync/account/challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sync/answer.h"

namespace settings::sync {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::optional<Challenge> of(std::string const& data) {
    return challenge_in(answer(200, R"({"success":true,"data":)" + data + "}"));
}

TEST(ChallengeTest, ATokenThatIsAFullOneIsAskedForNothing) {
    EXPECT_FALSE(of(R"({"isEnabled":true,"isEnforced":true,"sessionVerified":true})"));
    EXPECT_FALSE(of(R"({"isEnabled":false,"isRequired":false,"isEnforced":false})"));
    EXPECT_FALSE(of(R"({"isEnabled":false,"sessionVerified":false})"));
    EXPECT_FALSE(of("{}"));
}

TEST(ChallengeTest, AFactorThatIsEnabledRequiredOrEnforcedIsAskedFor) {
    for (std::string const why : {"isEnabled", "isRequired", "isEnforced"})
        for (std::string const verified : {"", R"(,"sessionVerified":false)",
                                           R"(,"sessionVerified":null)", R"(,"sessionVerified":1)"})
            EXPECT_TRUE(of("{\"" + why + "\":true" + verified + "}")) << why << verified;
}

TEST(ChallengeTest, TellsTheMethods) {
    auto const challenge = of(
        R"({"isEnabled":true,"enabledMethods":["PASSKEY","GOOGLE_AUTH"],"primaryMethod":"PASSKEY"})");

    ASSERT_TRUE(challenge);
    EXPECT_THAT(challenge->methods, ElementsAre("PASSKEY", "GOOGLE_AUTH"));
    EXPECT_EQ(challenge->primary, "PASSKEY");
    EXPECT_TRUE(challenge->has(by_code));
    EXPECT_FALSE(challenge->has(by_link));
}

TEST(ChallengeTest, PassesOverMethodsThatAreNone) {
    auto const list = [](std::string const& methods) {
        return of(R"({"isEnabled":true,"enabledMethods":)" + methods + "}").value().methods;
    };
    EXPECT_THAT(list(R"([1,null,"",{},"GOOGLE_AUTH"])"), ElementsAre("GOOGLE_AUTH"));
    EXPECT_THAT(list("\"GOOGLE_AUTH\""), IsEmpty());
    EXPECT_THAT(list("[\"" + std::string(65, 'x') + "\"]"), IsEmpty());
    std::string many = "[\"a\"";
    for (int each = 0; each < 100; ++each) many += ",\"a\"";
    EXPECT_THAT(list(many + "]"), SizeIs(16));
}

TEST(ChallengeTest, WhatCannotBeReadAsksForNothing) {
    for (auto const& unreadable :
         {answer(200, "<html>", "text/html"), answer(200, "{"), answer(200, R"({"success":true})"),
          answer(200, R"({"success":false,"data":{"isEnabled":true}})"),
          answer(200, R"({"success":true,"data":[]})"),
          answer(500, R"({"success":true,"data":{"isEnabled":true}})"), answer(404, "")})
        EXPECT_FALSE(challenge_in(unreadable)) << unreadable.body;
}

TEST(ChallengeTest, KnowsAServiceWithoutSecondFactors) {
    for (unsigned const status : {404U, 405U, 410U, 501U})
        EXPECT_TRUE(has_no_second_factors(answer(status, "Cannot GET", "text/html")));
    for (unsigned const status : {200U, 401U, 403U, 429U, 500U, 503U})
        EXPECT_FALSE(has_no_second_factors(answer(status, "{}")));
}

TEST(ChallengeTest, SaysWhatToDo) {
    EXPECT_THAT(what_to_show({{"GOOGLE_AUTH"}, ""}), HasSubstr("code of an authenticator"));
    EXPECT_THAT(what_to_show({{"MAGIC_LINK"}, ""}), HasSubstr("a link that it mails"));
    EXPECT_THAT(what_to_show({{"PASSKEY", "MAGIC_LINK", "GOOGLE_AUTH"}, ""}),
                HasSubstr("or a link"));
    EXPECT_THAT(what_to_show({{"PASSKEY"}, ""}), HasSubstr("settingsctl login --tokens"));
    EXPECT_THAT(what_to_show({}), HasSubstr("set one up"));
}

}  // namespace
}  // namespace settings::sync
