#include <gtest/gtest.h>

#include "emulator/emulator.h"
#include "tests/emulator/noon.h"

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;

class AdminTest : public testing::Test {
  protected:
    struct Answer {
        unsigned status;
        std::string body;
    };

    Answer send(std::string const& method, std::string const& target,
                std::string const& body = "") {
        last = emulator.handle(
            {.method = method, .target = target, .authorization = token, .body = body}, noon);
        if (!last.bytes.starts_with("HTTP/1.1 ")) return {0, {}};
        return {static_cast<unsigned>(std::stoul(last.bytes.substr(9, 3))),
                last.bytes.substr(last.bytes.find("\r\n\r\n") + 4)};
    }

    Json requests() { return json_in(send("GET", "/_emulator/requests").body).value(); }

    Emulator emulator{
        Service{{}, Accounts{{{"ada@x", "pw"}}, "the secret of AdminTest", 1h}}, "", {}};
    std::string token = "Bearer " + emulator.service().accounts().mint("ada@x", 1h, noon);
    Delivery last;
};

TEST_F(AdminTest, NeedsNoToken) {
    token.clear();

    EXPECT_EQ(send("GET", "/_emulator/documents").status, 200U);
    EXPECT_TRUE(last.admin);
}

TEST_F(AdminTest, ReplacesTheFaults) {
    EXPECT_EQ(send("PUT", "/_emulator/faults", "answer 500 forever").status, 200U);
    EXPECT_EQ(send("GET", "/settings/user").status, 500U);

    EXPECT_EQ(send("PUT", "/_emulator/faults", "answer 503, refuse key a").status, 200U);
    EXPECT_EQ(send("GET", "/settings/user").status, 503U);
    EXPECT_EQ(send("GET", "/_emulator/faults").body,
              R"({"refusedKeys":["a"],"remaining":0,"success":true})");

    EXPECT_EQ(send("PUT", "/_emulator/faults", "clear").status, 200U);
    EXPECT_EQ(send("GET", "/_emulator/faults").body,
              R"({"refusedKeys":[],"remaining":0,"success":true})");
}

TEST_F(AdminTest, ABadScriptChangesNothing) {
    send("PUT", "/_emulator/faults", "answer 500");

    Answer const bad = send("PUT", "/_emulator/faults", "answer \xff");

    EXPECT_EQ(bad.status, 400U);
    EXPECT_NE(bad.body.find("line 1, column 8"), std::string::npos);
    EXPECT_EQ(send("GET", "/settings/user").status, 500U);
}

TEST_F(AdminTest, ListsEveryRequestButItsOwn) {
    send("PUT", "/settings/user", R"({"a":1})");
    send("GET", "/nope?q", "not json \xff");
    send("PUT", "/_emulator/faults", "drop after applying, hang, answer truncated, answer garbage");
    for (int each = 0; each < 4; ++each) send("GET", "/settings/user");

    Json const list = requests();

    ASSERT_EQ(list.size(), 6U);
    EXPECT_EQ(list[0].dump(), R"({"body":{"a":1},"method":"PUT","number":1,"status":200,)"
                              R"("target":"/settings/user","time":1700000000000})");
    EXPECT_EQ(list[1]["status"], 404);
    EXPECT_EQ(list[1]["target"], "/nope?q");
    EXPECT_EQ(list[2]["status"], "dropped");
    EXPECT_EQ(list[3]["status"], "hung");
    EXPECT_EQ(list[4]["status"], "truncated");
    EXPECT_EQ(list[5]["status"], "garbage");
    EXPECT_EQ(list[5]["body"], nullptr);
}

TEST_F(AdminTest, ForgetsTheRequestsButNotTheirNumbers) {
    send("GET", "/settings/user");
    EXPECT_EQ(send("DELETE", "/_emulator/requests").status, 200U);
    EXPECT_EQ(requests(), Json::array());

    send("GET", "/settings/user");
    EXPECT_EQ(requests()[0]["number"], 2);
}

TEST_F(AdminTest, ListsNoSecret) {
    auto const tokens = emulator.service().accounts().grant("ada@x", noon);
    send("POST", "/user/login", R"({"email":"ada@x","password":"hunter2"})");
    send("POST", "/user/login", "password=hunter2");
    send("POST", "/user/refresh", Json{{"refreshToken", tokens.refresh}}.dump());
    send("POST", "/user/logout", Json{{"refresh_token", tokens.refresh}}.dump());
    send("POST", "/mfa/verify-login", R"({"mfaType":"GOOGLE_AUTH","code":"654321"})");
    send("GET", "/settings/user");

    std::string const list = send("GET", "/_emulator/requests").body;

    EXPECT_EQ(list.find("hunter2"), std::string::npos);
    EXPECT_EQ(list.find(tokens.refresh), std::string::npos);
    EXPECT_EQ(list.find(token.substr(7)), std::string::npos);
    EXPECT_NE(list.find(R"({"email":"ada@x","password":"[redacted]"})"), std::string::npos);
    EXPECT_NE(list.find(R"({"refreshToken":"[redacted]"})"), std::string::npos);
    EXPECT_NE(list.find(R"({"code":"[redacted]","mfaType":"GOOGLE_AUTH"})"), std::string::npos);
}

TEST_F(AdminTest, ShowsAndSetsDocuments) {
    EXPECT_EQ(send("PUT", "/_emulator/documents/ada%40x", R"({"a":[1]})").status, 200U);
    EXPECT_EQ(send("GET", "/_emulator/documents").body, R"({"ada@x":{"a":[1]}})");
    EXPECT_EQ(send("GET", "/settings/user").body, R"({"settings":{"a":[1]},"success":true})");

    EXPECT_EQ(send("PUT", "/_emulator/documents/ada@x", "[]").status, 200U);
    EXPECT_EQ(send("PUT", "/_emulator/documents/ada@x", "{").status, 400U);
    EXPECT_EQ(send("PUT", "/_emulator/documents/eve@x", "{}").status, 404U);
    EXPECT_EQ(send("PUT", "/_emulator/documents/", "{}").status, 404U);
    EXPECT_EQ(send("GET", "/_emulator/documents").body, R"({"ada@x":[]})");
}

TEST_F(AdminTest, MintsTokensEvenExpiredOnes) {
    auto const mint = [this](std::string const& body) {
        Answer const answer = send("POST", "/_emulator/tokens/ada@x", body);
        EXPECT_EQ(answer.status, 200U) << answer.body;
        return "Bearer " + json_in(answer.body).value()["accessToken"].get<std::string>();
    };

    token = mint("");
    EXPECT_EQ(send("GET", "/settings/user").status, 200U);
    token = mint(R"({"life":5})");
    EXPECT_EQ(send("GET", "/settings/user").status, 200U);
    token = mint(R"({"life":-5})");
    EXPECT_EQ(send("GET", "/settings/user").body, R"({"message":"Token expired","success":false})");
    EXPECT_EQ(send("POST", "/_emulator/tokens/ada@x", R"({"life":"1"})").status, 400U);
    EXPECT_EQ(send("POST", "/_emulator/tokens/ada@x", R"({"life":1e300})").status, 400U);
    EXPECT_EQ(send("POST", "/_emulator/tokens/ada@x", R"({"life":10000000001})").status, 400U);
    EXPECT_EQ(send("POST", "/_emulator/tokens/eve@x").status, 404U);
}

TEST_F(AdminTest, GivesAnAccountASecondFactorAndShowsWhatItsOwnerSees) {
    auto const account = [this] {
        return json_in(send("GET", "/_emulator/accounts/ada%40x").body).value();
    };
    EXPECT_EQ(account().dump(), R"({"devices":[],"lockedForSeconds":0,"mail":[],"organization":"",)"
                                R"("provider":"LOCAL","role":""})");

    EXPECT_EQ(send("PUT", "/_emulator/accounts/ada@x",
                   R"({"totp":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","magicLink":true})")
                  .status,
              200U);
    EXPECT_EQ(send("GET", "/settings/user").status, 403U);
    send("POST", "/mfa/magic-link/send");

    EXPECT_EQ(account()["code"].get<std::string>().size(), 6U);
    EXPECT_EQ(account()["mail"].size(), 1U);
    send("PUT", "/_emulator/accounts/ada@x", "{}");
    EXPECT_EQ(send("GET", "/settings/user").status, 200U);
    EXPECT_EQ(send("PUT", "/_emulator/accounts/ada@x", R"({"totp":"1"})").status, 400U);
    EXPECT_EQ(send("PUT", "/_emulator/accounts/ada@x", "[]").status, 400U);
    EXPECT_EQ(send("PUT", "/_emulator/accounts/eve@x", "{}").status, 404U);
    EXPECT_EQ(send("POST", "/_emulator/accounts/ada@x").status, 405U);
}

TEST_F(AdminTest, MakesOrganizations) {
    send("PUT", "/_emulator/accounts/ada@x", R"({"organization":"acme","role":"OWNER"})");
    EXPECT_EQ(send("PUT", "/_emulator/organizations/acme", R"({"settings":{"a":1}})").status, 200U);
    EXPECT_EQ(send("GET", "/settings/organization").body, R"({"settings":{"a":1},"success":true})");

    send("PUT", "/_emulator/organizations/acme", R"({"enforcesMfa":true})");

    EXPECT_EQ(send("GET", "/settings/organization").status, 403U);
    EXPECT_EQ(send("GET", "/_emulator/organizations/acme").body,
              R"({"enforcesMfa":true,"settings":{"a":1}})");
    EXPECT_EQ(send("PUT", "/_emulator/organizations/acme", "[]").status, 400U);
    EXPECT_EQ(send("DELETE", "/_emulator/organizations/acme").status, 405U);
}

TEST_F(AdminTest, GoesOfflineForAllButItself) {
    EXPECT_EQ(send("PUT", "/_emulator/online", "false").status, 200U);

    EXPECT_FALSE(emulator.online());
    EXPECT_EQ(send("PUT", "/settings/user", R"({"a":1})").status, 0U);
    EXPECT_EQ(last.then, Delivery::Then::cut);
    EXPECT_EQ(send("GET", "/nope").status, 0U);
    EXPECT_EQ(send("GET", "/_emulator/documents").body, R"({"ada@x":{}})");
    EXPECT_EQ(requests()[0]["status"], "dropped");
    EXPECT_EQ(send("GET", "/_emulator/online").body, "false");

    EXPECT_EQ(send("PUT", "/_emulator/online", "true").status, 200U);
    EXPECT_EQ(send("GET", "/settings/user").status, 200U);
    EXPECT_EQ(send("PUT", "/_emulator/online", "maybe").status, 400U);
}

TEST_F(AdminTest, BeingOfflineUsesNoFaultUp) {
    send("PUT", "/_emulator/faults", "answer 500");
    send("PUT", "/_emulator/online", "false");
    send("GET", "/settings/user");
    send("PUT", "/_emulator/online", "true");

    EXPECT_EQ(send("GET", "/settings/user").status, 500U);
}

TEST_F(AdminTest, SaysWhatItDoesNotKnow) {
    EXPECT_EQ(send("GET", "/_emulator/nope").status, 404U);
    EXPECT_EQ(send("POST", "/_emulator/faults").status, 405U);
    EXPECT_EQ(send("PUT", "/_emulator/requests").status, 405U);
    EXPECT_EQ(send("DELETE", "/_emulator/online").status, 405U);
    EXPECT_EQ(send("PUT", "/_emulator/documents").status, 405U);
    EXPECT_EQ(send("GET", "/_emulator/documents/ada@x").status, 405U);
    EXPECT_EQ(send("GET", "/_emulator/tokens/ada@x").status, 405U);
}

}  // namespace
}  // namespace settings::emulator
