#include "emulator/service.h"

#include <gtest/gtest.h>

#include "tests/emulator/noon.h"

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;

class ServiceTest : public testing::Test {
  protected:
    static Service make(Rules rules) {
        return Service{
            rules,
            Accounts{{{"ada@x", "pw:1"}, {"bob@x", "pw2"}}, "the secret of ServiceTest", 1h}};
    }

    Response call(Call which, std::string const& body = "", std::string const& email = "ada@x") {
        Request request;
        request.authorization = "Bearer " + service.accounts().mint(email, 1h, noon);
        request.body = body;
        return service.handle(which, request, quirks, now);
    }

    Response without_token(Call which, std::string const& body, Time at = noon) {
        Request request;
        request.body = body;
        return service.handle(which, request, {}, at);
    }

    std::string document(std::string const& email = "ada@x") {
        return service.documents().at(email).dump();
    }

    void holds(std::string_view document) {
        service.replace_document("ada@x", json_in(document).value());
    }

    Service service = make({});
    Quirks quirks;
    Time now = noon;
};

Json json(Response const& response) { return json_in(response.body).value(); }

TEST_F(ServiceTest, ReadsTheDocumentOfTheTokensUser) {
    holds(R"({"theme":"dark"})");

    EXPECT_EQ(call(Call::get).status, 200U);
    EXPECT_EQ(call(Call::get).body, R"({"settings":{"theme":"dark"},"success":true})");
    EXPECT_EQ(call(Call::get, "", "bob@x").body, R"({"settings":{},"success":true})");
}

TEST_F(ServiceTest, MergesAPutDeepByDefault) {
    holds(R"({"a":{"x":1,"y":2},"b":3})");

    Response const response = call(Call::put, R"({"a":{"y":4}})");

    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body,
              R"({"message":"User settings partially updated successfully","success":true})");
    EXPECT_EQ(document(), R"({"a":{"x":1,"y":4},"b":3})");
}

TEST_F(ServiceTest, MergesAPutShallowOnRequest) {
    service = make({.merge = Merge::shallow});
    holds(R"({"a":{"x":1,"y":2},"b":3})");

    EXPECT_EQ(call(Call::put, R"({"a":{"y":4}})").status, 200U);

    EXPECT_EQ(document(), R"({"a":{"y":4},"b":3})");
}

TEST_F(ServiceTest, APutSucceedsOnADocumentThatIsNoObject) {
    for (Merge const merge : {Merge::deep, Merge::shallow}) {
        service = make({.merge = merge});
        holds("[1,2]");

        EXPECT_EQ(call(Call::put, R"({"a":1})").status, 200U);
        EXPECT_EQ(document(), R"({"a":1})");
    }
}

TEST_F(ServiceTest, ReplacesEverythingWithAPost) {
    holds(R"({"a":1})");

    Response const response = call(Call::post, R"({"settings":{"b":2}})");

    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, R"({"message":"User settings updated successfully","success":true})");
    EXPECT_EQ(document(), R"({"b":2})");
}

TEST_F(ServiceTest, DeletesDottedKeysAndPassesOverAbsentOnes) {
    holds(R"({"a":{"x":1,"y":2},"b":3,"c":4})");

    Response const response = call(Call::erase, R"({"keys":["a.x","b","nope","a.z"]})");

    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body,
              R"({"message":"User settings keys deleted successfully","success":true})");
    EXPECT_EQ(document(), R"({"a":{"y":2},"c":4})");
}

TEST_F(ServiceTest, RefusesToDeleteAbsentKeysOnRequest) {
    service = make({.absent_key = AbsentKey::refuse});
    holds(R"({"a":1,"b":2})");

    EXPECT_EQ(call(Call::erase, R"({"keys":["a","nope"]})").status, 400U);
    EXPECT_EQ(document(), R"({"a":1,"b":2})");
    EXPECT_EQ(call(Call::erase, R"({"keys":["a"]})").status, 200U);
    EXPECT_EQ(document(), R"({"b":2})");
}

TEST_F(ServiceTest, RefusesMalformedBodiesWithTheDocumentedMessages) {
    holds(R"({"a":1})");
    std::string const put =
        R"({"message":"Failed to partially update user settings","success":false})";
    std::string const erase =
        R"({"message":"Keys array is required and must not be empty","success":false})";

    for (auto const* body : {"", "[]", "{", "null", "{} {}"}) {
        EXPECT_EQ(call(Call::put, body).status, 400U) << body;
        EXPECT_EQ(call(Call::put, body).body, put) << body;
    }
    for (auto const* body :
         {"", "[]", "{}", R"({"keys":[]})", R"({"keys":"a"})", R"({"keys":[1]})"}) {
        EXPECT_EQ(call(Call::erase, body).status, 400U) << body;
        EXPECT_EQ(call(Call::erase, body).body, erase) << body;
    }
    for (auto const* body : {"", R"({"b":1})", R"({"settings":[]})"})
        EXPECT_EQ(call(Call::post, body).status, 400U) << body;
    EXPECT_EQ(document(), R"({"a":1})");
}

TEST_F(ServiceTest, RefusesAPutWithAPoisonedKey) {
    quirks.refused = {"bad"};

    EXPECT_EQ(call(Call::put, R"({"bad":1,"good":1})").status, 400U);
    EXPECT_EQ(document(), "{}");
    EXPECT_EQ(call(Call::put, R"({"good":{"bad":1}})").status, 200U);
    EXPECT_EQ(document(), R"({"good":{"bad":1}})");
}

TEST_F(ServiceTest, MayStoreTheRestOfAPutThatItRefuses) {
    quirks.refused = {"bad"};
    quirks.stores_the_rest = true;

    EXPECT_EQ(call(Call::put, R"({"bad":1,"good":1})").status, 400U);
    EXPECT_EQ(document(), R"({"good":1})");
}

TEST_F(ServiceTest, MayDropWhatItDoesNotKnow) {
    quirks.kept = {"theme"};

    EXPECT_EQ(call(Call::put, R"({"theme":1,"myapp":1})").status, 200U);
    EXPECT_EQ(document(), R"({"theme":1})");
}

TEST_F(ServiceTest, MayShowTheDocumentAsItWas) {
    quirks.lag = 5s;
    call(Call::put, R"({"a":1})");
    now += 2s;
    call(Call::put, R"({"a":2})");

    EXPECT_EQ(json(call(Call::get))["settings"].dump(), "{}");
    now += 3s;
    EXPECT_EQ(json(call(Call::get))["settings"].dump(), R"({"a":1})");
    now += 2s;
    EXPECT_EQ(json(call(Call::get))["settings"].dump(), R"({"a":2})");
}

TEST_F(ServiceTest, SurvivesADeepBody) {
    std::string const deep = R"({"a":)" + std::string(1'000'000, '[');

    EXPECT_EQ(call(Call::put, deep).status, 400U);
}

TEST_F(ServiceTest, AnswersNobodyWithoutAGoodToken) {
    std::string const token = service.accounts().mint("ada@x", 10s, noon);
    for (Call const which : {Call::get, Call::put, Call::post, Call::erase}) {
        EXPECT_EQ(without_token(which, "{}").status, 401U);
        EXPECT_EQ(without_token(which, "{}").body,
                  R"({"message":"No token provided","success":false})");
    }

    Request request{.authorization = "Bearer " + token};
    EXPECT_EQ(service.handle(Call::get, request, {}, noon + 9s).status, 200U);
    EXPECT_EQ(service.handle(Call::get, request, {}, noon + 10s).body,
              R"({"message":"Token expired","success":false})");
    request.authorization = "Bearer junk";
    EXPECT_EQ(service.handle(Call::get, request, {}, noon).body,
              R"({"message":"Invalid token","success":false})");
}

TEST_F(ServiceTest, LogsInWithEmailAndPassword) {
    Response const response = without_token(Call::login, R"({"email":"ada@x","password":"pw:1"})");

    EXPECT_EQ(response.status, 200U);
    Json const answer = json(response);
    EXPECT_EQ(answer["success"], true);
    EXPECT_EQ(answer["user"]["email"], "ada@x");
    EXPECT_EQ(answer["expiresAt"], 1'700'003'600);
    EXPECT_TRUE(answer["tokenId"].is_string());
    Request const request{.authorization = "Bearer " + answer["accessToken"].get<std::string>()};
    EXPECT_EQ(service.handle(Call::get, request, {}, noon + 3'599s).status, 200U);
    EXPECT_EQ(service.handle(Call::get, request, {}, noon + 1h).status, 401U);
}

TEST_F(ServiceTest, SaysWhyALoginFails) {
    auto const unknown = without_token(Call::login, R"({"email":"eve@x","password":"pw:1"})");
    auto const wrong = without_token(Call::login, R"({"email":"ada@x","password":"pw"})");

    EXPECT_EQ(unknown.status, 401U);
    EXPECT_EQ(json(unknown)["error_code"], "USER_NOT_FOUND");
    EXPECT_EQ(wrong.status, 401U);
    EXPECT_EQ(json(wrong)["error_code"], "INVALID_PASSWORD");
    EXPECT_EQ(without_token(Call::login, R"({"email":"ada@x"})").status, 400U);
    EXPECT_EQ(without_token(Call::login, "junk").status, 400U);
}

TEST_F(ServiceTest, ARefreshTokenWorksOnce) {
    std::string const first = service.accounts().grant("ada@x", noon).refresh;

    Response const response =
        without_token(Call::refresh, Json{{"refreshToken", first}}.dump(), noon + 2h);

    EXPECT_EQ(response.status, 200U);
    Json const answer = json(response);
    std::string const second = answer["refreshToken"].get<std::string>();
    EXPECT_NE(second, first);
    EXPECT_EQ(answer["expiresAt"], 1'700'010'800);
    Request const request{.authorization = "Bearer " + answer["accessToken"].get<std::string>()};
    EXPECT_EQ(service.handle(Call::get, request, {}, noon + 2h).status, 200U);
    EXPECT_EQ(without_token(Call::refresh, Json{{"refreshToken", first}}.dump()).status, 401U);
    EXPECT_EQ(without_token(Call::refresh, Json{{"refreshToken", second}}.dump()).status, 200U);
}

TEST_F(ServiceTest, RefreshAcceptsBothNamesOfTheField) {
    std::string const token = service.accounts().grant("ada@x", noon).refresh;

    EXPECT_EQ(without_token(Call::refresh, Json{{"refresh_token", token}}.dump()).status, 200U);
    EXPECT_EQ(without_token(Call::refresh, "{}").status, 400U);
}

TEST_F(ServiceTest, ALogoutEndsTheRefreshToken) {
    std::string const body =
        Json{{"refresh_token", service.accounts().grant("ada@x", noon).refresh}}.dump();

    EXPECT_EQ(without_token(Call::logout, body).status, 200U);
    EXPECT_EQ(without_token(Call::refresh, body).status, 401U);
}

TEST_F(ServiceTest, TokensOfOneSecondDiffer) {
    auto const one = service.accounts().grant("ada@x", noon);
    auto const two = service.accounts().grant("ada@x", noon);

    EXPECT_NE(one.access, two.access);
    EXPECT_NE(one.refresh, two.refresh);
    EXPECT_NE(one.id, two.id);
}

}  // namespace
}  // namespace settings::emulator
