// The second factor and the organization, as the service's calls show them.

#include "emulator/logins.h"

#include <gtest/gtest.h>

#include "emulator/service.h"
#include "tests/emulator/noon.h"

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;

class LoginsTest : public testing::Test {
  protected:
    static Service make(Rules rules = {}) {
        return Service{rules, Accounts{{{"ada@x", "pw"}}, "the secret of LoginsTest", 1h}};
    }

    User& ada() { return *service.accounts().find("ada@x"); }

    Response call(Call which, Json const& body = nullptr) {
        Request request;
        request.authorization = "Bearer " + access;
        if (!body.is_null()) request.body = body.dump();
        return service.handle(which, request, {}, now);
    }

    /// Logs in; what follows is asked with that token.
    Json log_in() {
        auto const answer =
            read(call(Call::login, {{"email", "ada@x"}, {"password", "pw"}, {"deviceInfo", info}}));
        access = answer.value("accessToken", "");
        return answer;
    }

    Response verify(std::string const& code) {
        return call(Call::factor_verify, {{"mfaType", "GOOGLE_AUTH"}, {"code", code}});
    }

    Json status() { return read(call(Call::factor_status)).at("data"); }

    static Json read(Response const& response) { return json_in(response.body).value(); }

    void set_up_codes() { ada().factor.set_up({.totp_key = "key"}); }

    Json const info{{"deviceType", "DESKTOP"}};
    Service service = make();
    std::string access;
    Time now = noon;
};

TEST_F(LoginsTest, WithoutASecondFactorALoginIsWhole) {
    log_in();

    EXPECT_EQ(call(Call::get).status, 200U);
    EXPECT_EQ(status().dump(),
              R"({"enabledMethods":[],"isEnabled":false,"isEnforced":false,"isRequired":false,)"
              R"("sessionVerified":true})");
}

TEST_F(LoginsTest, ATokenIsRestrictedUntilTheFactorIsShown) {
    set_up_codes();
    log_in();

    EXPECT_EQ(status()["sessionVerified"], false);
    EXPECT_EQ(status()["primaryMethod"], "GOOGLE_AUTH");
    EXPECT_EQ(call(Call::get).status, 403U);
    EXPECT_EQ(call(Call::get).body, R"({"message":"MFA verification required","success":false})");

    auto const answer = read(verify(ada().factor.code(now).value()));
    EXPECT_EQ(answer["success"], true);
    EXPECT_FALSE(answer.contains("expiresAt"));
    access = answer["fullAccessToken"].get<std::string>();
    EXPECT_EQ(call(Call::get).status, 200U);
    EXPECT_EQ(status()["sessionVerified"], true);
}

TEST_F(LoginsTest, ARestrictedTokenMayGetA401) {
    service = make({.restricted = 401});
    set_up_codes();
    log_in();

    EXPECT_EQ(call(Call::put, {{"a", 1}}).status, 401U);
}

TEST_F(LoginsTest, ARenewalGivesNoMoreThanWhatWasShown) {
    set_up_codes();
    auto const restricted = log_in();
    auto const verified = read(verify(ada().factor.code(now).value()));
    auto const renew = [&](Json const& answer) {
        access =
            read(call(Call::refresh, {{"refreshToken", answer["refreshToken"]}}))["accessToken"]
                .get<std::string>();
    };

    renew(restricted);
    EXPECT_EQ(call(Call::get).status, 403U);
    renew(verified);
    EXPECT_EQ(call(Call::get).status, 200U);
}

TEST_F(LoginsTest, ALoginByAProviderIsRenewedThereAlone) {
    auto const begun = log_in();
    ada().provider = "GITHUB";
    Json const body{{"refresh_token", begun["refreshToken"]}};
    Json const published{{"refreshToken", begun["refreshToken"]}};

    EXPECT_EQ(call(Call::refresh, body).status, 401U);
    EXPECT_EQ(call(Call::microsoft_refresh, body).status, 401U);
    EXPECT_EQ(call(Call::github_refresh, published).status, 401U);
    auto const by_github = read(call(Call::github_refresh, body));
    EXPECT_EQ(call(Call::github_refresh, body).status, 401U) << "it works once";

    access = by_github["accessToken"].get<std::string>();
    EXPECT_EQ(call(Call::get).status, 401U) << "it is GitHub's own";
    access = by_github["token"].get<std::string>();
    EXPECT_EQ(call(Call::get).status, 200U);

    ada().provider = "MICROSOFT";
    auto const by_microsoft =
        read(call(Call::microsoft_refresh, {{"refresh_token", by_github["refreshToken"]}}));
    access = by_microsoft["accessToken"].get<std::string>();
    EXPECT_EQ(call(Call::get).status, 200U);
}

TEST_F(LoginsTest, AWrongCodeIsAnErrorAndTooManyLock) {
    set_up_codes();
    log_in();

    for (int each = 0; each < 5; ++each) {
        auto const wrong = verify("000");
        EXPECT_EQ(wrong.status, 401U);
        EXPECT_EQ(wrong.body, R"({"error":"Invalid verification code","success":false})");
    }
    auto const locked = verify(ada().factor.code(now).value());

    EXPECT_EQ(locked.status, 429U);
    EXPECT_EQ(locked.headers.back().second, "900");
    EXPECT_TRUE(read(locked).contains("error"));
}

TEST_F(LoginsTest, AMailedLinkIsAFactorToo) {
    ada().factor.set_up({.magic_link = true});
    log_in();

    EXPECT_EQ(call(Call::factor_link).status, 200U);
    auto const token = ada().factor.mailed().back();
    auto const answer = call(Call::factor_verify, {{"mfaType", "MAGIC_LINK"}, {"token", token}});

    EXPECT_EQ(answer.status, 200U);
    set_up_codes();
    EXPECT_EQ(call(Call::factor_link).status, 400U);
}

TEST_F(LoginsTest, RefusesWhatIsNoFactorOfTheAccount) {
    set_up_codes();
    log_in();

    EXPECT_EQ(call(Call::factor_verify, {{"mfaType", "PASSKEY"}}).status, 400U);
    EXPECT_EQ(call(Call::factor_verify, {{"mfaType", "MAGIC_LINK"}, {"token", "t"}}).status, 400U);
    EXPECT_EQ(call(Call::factor_verify, {{"mfaType", "GOOGLE_AUTH"}}).status, 400U);
    EXPECT_EQ(call(Call::factor_verify, Json::array()).status, 400U);
    access.clear();
    for (Call const which : {Call::factor_status, Call::factor_link, Call::factor_verify})
        EXPECT_TRUE(read(call(which)).contains("error"));
}

TEST_F(LoginsTest, AnOrganizationMayEnforceAFactorForThoseWhoAreIn) {
    ada().organization = "acme";
    log_in();
    EXPECT_EQ(call(Call::get).status, 200U);

    service.accounts().enforce("acme", true);

    EXPECT_EQ(call(Call::get).status, 403U);
    EXPECT_EQ(status()["isEnforced"], true);
    EXPECT_EQ(status()["isEnabled"], false);
}

TEST_F(LoginsTest, ALoginIsADeviceUntilItsLogout) {
    auto const first = log_in();
    log_in();
    auto const devices = service.accounts().devices("ada@x");
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(devices[0].info, info);
    EXPECT_EQ(devices[0].last_seen, now);

    now += 1h;
    auto const renewed = read(call(Call::refresh, {{"refreshToken", first["refreshToken"]}}));
    EXPECT_EQ(service.accounts().devices("ada@x")[0].last_seen, now);
    call(Call::logout, {{"refreshToken", renewed["refreshToken"]}});

    EXPECT_EQ(service.accounts().devices("ada@x").size(), 1U);
}

// The organization's settings -------------------------------------------------------------------

TEST_F(LoginsTest, WhoIsInNoOrganizationIsToldSo) {
    log_in();

    for (Call const which : {Call::organization_get, Call::organization_put,
                             Call::organization_post, Call::organization_erase}) {
        EXPECT_EQ(call(which, {{"a", 1}}).status, 404U);
        EXPECT_EQ(call(which, {{"a", 1}}).body,
                  R"({"message":"User not associated with any organization","success":false})");
    }
}

TEST_F(LoginsTest, AllMembersReadAndThoseInChargeWrite) {
    ada().organization = "acme";
    ada().role = "USER";
    auto const login = log_in();
    EXPECT_EQ(login["user"]["orgId"], "acme");
    EXPECT_EQ(login["user"]["orgRole"], "USER");

    EXPECT_EQ(call(Call::organization_put, {{"a", 1}}).status, 403U);
    ada().role = "OWNER";
    EXPECT_EQ(
        call(Call::organization_put, {{"a", 1}}).body,
        R"({"message":"Organization settings partially updated successfully","success":true})");
    ada().role = "USER";
    EXPECT_EQ(call(Call::organization_get).body, R"({"settings":{"a":1},"success":true})");
    EXPECT_EQ(call(Call::get).body, R"({"settings":{},"success":true})");
}

TEST_F(LoginsTest, TheOrganizationsCallsSpeakOfIt) {
    ada().organization = "acme";
    ada().role = "ADMINISTRATOR";
    log_in();
    auto const message = [&](Call which, Json const& body) {
        return read(call(which, body))["message"].get<std::string>();
    };

    EXPECT_EQ(message(Call::organization_post, {{"settings", {{"b", 2}}}}),
              "Organization settings updated successfully");
    EXPECT_EQ(message(Call::organization_erase, {{"keys", {"b"}}}),
              "Organization settings keys deleted successfully");
    EXPECT_EQ(message(Call::organization_put, Json::array()),
              "Failed to partially update organization settings");
    EXPECT_EQ(message(Call::organization_post, {{"b", 1}}),
              "Failed to update organization settings");
    EXPECT_EQ(service.organization_document("acme"), Json::object());
}

TEST_F(LoginsTest, MayKnowNothingOfAllThis) {
    service = make({.user_calls_only = true});

    for (Call const which : {Call::get, Call::erase, Call::login, Call::logout})
        EXPECT_TRUE(service.knows(which));
    for (Call const which : {Call::factor_status, Call::factor_link, Call::factor_verify,
                             Call::organization_get, Call::organization_erase})
        EXPECT_FALSE(service.knows(which));
}

}  // namespace
}  // namespace settings::emulator
