#include "sync/account/token_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/account/jwt.h"
#include "tests/sync/account/jwt.h"
#include "tests/sync/answer.h"

namespace settings::sync {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TokenPair pair_in(std::string const& body, std::string const& date = "") {
    auto full = answer(200, body);
    full.date = date;
    auto const read = read_renewal(full);
    EXPECT_TRUE(std::holds_alternative<TokenPair>(read)) << body;
    return std::holds_alternative<TokenPair>(read) ? std::get<TokenPair>(read) : TokenPair{};
}

Failure refusal(TokenReply const& read) {
    EXPECT_TRUE(std::holds_alternative<Failure>(read));
    return std::holds_alternative<Failure>(read) ? std::get<Failure>(read) : Failure{};
}

TEST(TokenReplyTest, ReadsThePairUnderEveryNameThatIsInUse) {
    for (std::string const body :
         {R"({"success":true,"accessToken":"a","refreshToken":"r"})",
          R"({"success":true,"access_token":"a","refresh_token":"r"})",
          R"({"success":true,"accessToken":"a","token":"b","refreshToken":"r"})"}) {
        EXPECT_EQ(pair_in(body).access, "a");
        EXPECT_EQ(pair_in(body).refresh, "r");
    }
    EXPECT_EQ(pair_in(R"({"success":true,"accessToken":"a"})").refresh, "");
}

TEST(TokenReplyTest, TheMemberTokenCountsWhereItIsTheServicesOwn) {
    auto const with = [](std::string const& token) {
        return answer(200, R"({"success":true,"token":")" + token + "\"}");
    };

    EXPECT_EQ(pair_in(with(own_jwt).body).access, own_jwt);
    for (std::string const foreign : {"ya29.a0AfH6SMBx", "a", jwt}) {
        EXPECT_EQ(refusal(read_renewal(with(foreign))).fault, Fault::impostor) << foreign;
        EXPECT_EQ(refusal(read_login(with(foreign))).fault, Fault::impostor) << foreign;
    }
}

TEST(TokenReplyTest, OfAProvidersRenewalOnlyATokenOfTheServiceCounts) {
    auto const body = [](std::string const& access, std::string const& token) {
        return answer(200, R"({"success":true,"accessToken":")" + access + R"(","token":")" +
                               token + R"(","refreshToken":"r"})");
    };

    for (auto const provider : {Provider::github, Provider::microsoft}) {
        for (auto const& renewed : {body("gho_16C7e42F", own_jwt), body(own_jwt, "EwB4A8l6")}) {
            auto const read = read_renewal(renewed, provider);
            ASSERT_TRUE(std::holds_alternative<TokenPair>(read));
            EXPECT_EQ(std::get<TokenPair>(read).access, own_jwt);
            EXPECT_EQ(std::get<TokenPair>(read).refresh, "r");
        }
        auto const foreign = refusal(read_renewal(body("gho_16C7e42F", jwt), provider));
        EXPECT_EQ(foreign.fault, Fault::unauthorized);
        EXPECT_THAT(foreign.message, HasSubstr("settingsctl login --tokens"));
        EXPECT_EQ(refusal(read_renewal(answer(200, "<html>"), provider)).fault, Fault::impostor);
        auto const refused = refusal(read_renewal(answer(401, R"({"success":false})"), provider));
        EXPECT_EQ(refused.fault, Fault::unauthorized);
        EXPECT_THAT(refused.message, HasSubstr("settingsctl login --tokens"));
    }
}

TEST(TokenReplyTest, TakesTheLifetimeFromTheServersClockAlone) {
    auto const own = pair_in(std::string{R"({"success":true,"accessToken":")"} + jwt + "\"}");
    EXPECT_EQ(own.expires_at, 1'700'003'600s);
    EXPECT_EQ(own.lifetime, 1h);

    auto const opaque = pair_in(R"({"success":true,"accessToken":"a","expiresAt":1700001800})",
                                "Tue, 14 Nov 2023 22:13:20 GMT");
    EXPECT_EQ(opaque.expires_at, 1'700'001'800s);
    EXPECT_EQ(opaque.lifetime, 30min);

    auto const unknown = pair_in(R"({"success":true,"accessToken":"a"})");
    EXPECT_FALSE(unknown.expires_at);
    EXPECT_FALSE(unknown.lifetime);
}

TEST(TokenReplyTest, PassesOverTimesThatAreNone) {
    for (std::string const expiry : {"-5", "1.5", "\"soon\"", "9223372036854775807", "null"}) {
        auto const read =
            pair_in(R"({"success":true,"accessToken":"a","expiresAt":)" + expiry + "}");
        EXPECT_FALSE(read.expires_at) << expiry;
    }
}

TEST(TokenReplyTest, ALoginThatTheServiceTakesWithoutATokenIsToldInItsWords) {
    auto const asked = refusal(
        read_login(answer(200, R"({"success":true,"mfa":true,"message":"second factor"})")));

    EXPECT_EQ(asked.fault, Fault::unauthorized);
    EXPECT_THAT(asked.message, testing::HasSubstr("gave no token: second factor"));
}

TEST(TokenReplyTest, A200ThatIsNotTheServicesIsAnImpostor) {
    std::string const large(20'000, 'x');
    for (std::string const& body :
         {std::string{"<html>"}, std::string{"{}"}, std::string{R"({"success":true})"},
          std::string{R"({"accessToken":"secret"})"},
          std::string{R"({"success":true,"accessToken":"sec\r\nret"})"},
          std::string{R"({"success":true,"accessToken":"a","refreshToken":"secr\u0001et"})"},
          R"({"success":true,"accessToken":")" + large + "\"}"}) {
        EXPECT_EQ(refusal(read_renewal(answer(200, body))).fault, Fault::impostor) << body;
        EXPECT_EQ(refusal(read_login(answer(200, body))).fault, Fault::impostor) << body;
    }
    EXPECT_EQ(refusal(read_renewal(answer(302, ""))).fault, Fault::impostor);
}

TEST(TokenReplyTest, ANoInWordsIsANoWhateverTheStatus) {
    for (auto const* body :
         {R"({"success":false,"message":"Invalid refresh token"})",
          R"({"error":"bad_refresh_token","error_description":"secret"})",
          R"({"success":false,"accessToken":"secret"})", R"({"error_code":"INVALID_PASSWORD"})"}) {
        for (auto const provider : {Provider::local, Provider::github}) {
            auto const renewal = refusal(read_renewal(answer(200, body), provider));
            EXPECT_EQ(renewal.fault, Fault::unauthorized) << body;
            EXPECT_THAT(renewal.message, Not(HasSubstr("secret")));
        }
        EXPECT_EQ(refusal(read_login(answer(200, body))).fault, Fault::unauthorized) << body;
        EXPECT_EQ(refusal(read_verification(answer(200, body))).fault, Fault::unauthorized) << body;
    }
    EXPECT_EQ(pair_in(R"({"success":true,"accessToken":"a","error":null})").access, "a");
}

TEST(TokenReplyTest, AGatewaysErrorIsNoRefusalOfTheToken) {
    for (auto const* body : {R"({"error":"upstream timeout"})", R"({"error":null})",
                             R"({"error_code":null})", R"({"error":{"code":502}})"})
        EXPECT_EQ(refusal(read_renewal(answer(200, body))).fault, Fault::impostor) << body;
}

TEST(TokenReplyTest, ARenewalThatIsRefusedNeedsAPerson) {
    for (unsigned const status : {400U, 401U, 403U, 404U, 410U, 422U}) {
        auto const failure = refusal(read_renewal(answer(status, R"({"success":false})")));
        EXPECT_EQ(failure.fault, Fault::unauthorized);
        EXPECT_THAT(failure.message, HasSubstr("settingsctl login"));
    }
}

TEST(TokenReplyTest, AServerInTroubleIsTriedAgain) {
    for (unsigned const status : {408U, 429U, 500U, 503U})
        EXPECT_EQ(refusal(read_renewal(answer(status, ""))).fault, Fault::server_error);
    auto busy = answer(503, "");
    busy.retry_after = "7";
    EXPECT_EQ(refusal(read_renewal(busy)).retry_after, 7s);
    EXPECT_EQ(refusal(read_login(answer(404, R"({"success":false})"))).fault, Fault::missing);
}

TEST(TokenReplyTest, AGatewayRefusesNoTokenAndNoPassword) {
    for (unsigned const status : {400U, 401U, 403U, 404U}) {
        auto const page = answer(status, "<h1>Blocked</h1>", "text/html");
        EXPECT_EQ(refusal(read_renewal(page)).fault, Fault::server_error) << status;
        EXPECT_EQ(refusal(read_login(page)).fault, Fault::server_error) << status;
    }
}

TEST(TokenReplyTest, SaysWhatIsWrongWithALogin) {
    struct Case {
        std::string code;
        std::string words;
    };
    for (auto const& [code, words] :
         {Case{"USER_NOT_FOUND", "no account"}, Case{"INVALID_PASSWORD", "password is wrong"},
          Case{"USER_INACTIVE", "not active"}, Case{"NO_PASSWORD_SET", "has no password"},
          Case{"SOMETHING_ELSE", "status 401"}}) {
        auto const body = R"({"success":false,"message":"no","error_code":")" + code + "\"}";
        auto const failure = refusal(read_login(answer(401, body)));
        EXPECT_EQ(failure.fault, Fault::unauthorized);
        EXPECT_THAT(failure.message, HasSubstr(words));
    }
}

TEST(TokenReplyTest, NeverQuotesTheAnswerWhichMayQuoteAToken) {
    for (unsigned const status : {200U, 302U, 400U, 401U, 403U, 404U, 500U})
        for (std::string const body : {R"({"success":false,"message":"no: secret"})", "secret",
                                       R"({"error_code":"secret"})"})
            EXPECT_THAT(refusal(read_renewal(answer(status, body))).message,
                        Not(HasSubstr("secret")));
}

TEST(TokenReplyTest, ALoginIsRefusedInTheServicesWordsWithoutThePassword) {
    for (unsigned const status : {403U, 423U, 429U, 500U}) {
        auto refused =
            answer(status, R"({"success":false,"message":"SSO required, not pass-word-1"})");
        refused.secrets = {"pass-word-1"};
        EXPECT_THAT(refusal(read_login(refused)).message, HasSubstr("SSO required, not [secret]"))
            << status;
    }
}

TEST(TokenReplyTest, ALoginThatMeetsSomebodyElseSaysWhom) {
    auto moved = answer(308, "");
    moved.location = "https://login.example/sso?token=secret";
    auto const redirected = refusal(read_login(moved));
    EXPECT_EQ(redirected.fault, Fault::impostor);
    EXPECT_THAT(redirected.message, HasSubstr("redirected to https://login.example/sso"));
    EXPECT_THAT(redirected.message, Not(HasSubstr("secret")));

    auto page = answer(403, "<title>Blocked, pass-word-1</title>", "text/html");
    page.secrets = {"pass-word-1"};
    EXPECT_THAT(refusal(read_login(page)).message,
                HasSubstr("the server answered 403: Blocked, [secret], and not in the service's"));
}

TEST(JwtTest, ReadsItsTimes) {
    EXPECT_EQ(validity_of(jwt).issued_at, 1'700'000'000s);
    EXPECT_EQ(validity_of(jwt).expires_at, 1'700'003'600s);
    // {"exp":1700003600.75,"s":"???>>>"}: a fraction, and both letters that base64url has of its
    // own
    EXPECT_EQ(validity_of("x.eyJleHAiOjE3MDAwMDM2MDAuNzUsInMiOiI_Pz8-Pj4ifQ.x").expires_at,
              1'700'003'600s);
}

TEST(JwtTest, WhatIsNoTokenOfThisKindHasNoTimes) {
    for (std::string const text :
         {"", "opaque", "a.b", "a.b.c", "..", "a.!!!!.c", "a.bnVsbA.c", "a.eyJleHAiOiJ4In0.c",
          "a.eyJleHAiOi0xfQ.c", "a.eyJleHAiOjFlMzB9.c"}) {
        EXPECT_FALSE(validity_of(text).expires_at) << text;
        EXPECT_FALSE(validity_of(text).issued_at) << text;
    }
}

// The second factor -------------------------------------------------------------------------------

TEST(TokenReplyTest, ReadsTheFullPairWhoseLifeIsItsOwn) {
    auto const read = read_verification(
        answer(200, std::string{R"({"success":true,"message":"…","fullAccessToken":")"} + jwt +
                        R"(","refreshToken":"r","accessToken":"restricted"})"));

    ASSERT_TRUE(std::holds_alternative<TokenPair>(read));
    EXPECT_EQ(std::get<TokenPair>(read).access, jwt);
    EXPECT_EQ(std::get<TokenPair>(read).refresh, "r");
    EXPECT_EQ(std::get<TokenPair>(read).lifetime, 1h);
}

TEST(TokenReplyTest, AnAnswerWithoutAFullTokenIsNobodys) {
    for (std::string const body :
         {R"({"success":true,"accessToken":"restricted"})", R"({"fullAccessToken":"a"})", "<html>"})
        EXPECT_EQ(refusal(read_verification(answer(200, body))).fault, Fault::impostor) << body;
}

TEST(TokenReplyTest, TellsAWrongProofFromALockedAccount) {
    std::string const error = R"({"success":false,"error":"Invalid secret-token"})";
    for (unsigned const status : {400U, 401U, 403U, 422U}) {
        auto const wrong = refusal(read_verification(answer(status, error)));
        EXPECT_EQ(wrong.fault, Fault::unauthorized) << status;
        EXPECT_FALSE(wrong.retry_after);
        EXPECT_THAT(wrong.message, Not(HasSubstr("secret-token")));
    }
    for (unsigned const status : {423U, 429U})
        EXPECT_EQ(refusal(read_verification(answer(status, error))).retry_after, 15min);
    auto locked = answer(429, error);
    locked.retry_after = "893";
    EXPECT_EQ(refusal(read_verification(locked)).retry_after, 893s);
    EXPECT_EQ(refusal(read_verification(answer(500, error))).fault, Fault::server_error);
}

TEST(TokenReplyTest, KnowsWhetherALinkIsMailed) {
    EXPECT_FALSE(read_mailing(answer(200, R"({"success":true,"message":"sent"})")));
    auto const refused = read_mailing(answer(400, R"({"success":false,"error":"secret-token"})"));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->fault, Fault::unauthorized);
    EXPECT_EQ(refused->message, "the server mails no link: it answered 400");
    EXPECT_EQ(read_mailing(answer(200, "{}"))->fault, Fault::impostor);
    EXPECT_EQ(read_mailing(answer(503, "{}"))->fault, Fault::server_error);
}

}  // namespace
}  // namespace settings::sync
