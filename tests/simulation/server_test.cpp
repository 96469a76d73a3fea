// The simulator's server answers as the emulator does, and as the service documents.

#include "tests/simulation/server.h"

#include <gtest/gtest.h>

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

class ServerTest : public testing::Test {
  protected:
    static Json json(char const* text) { return Json::parse(text); }

    sync::Answer call(char const* method, char const* body = "") {
        return server.handle({method, settings_target, body, grant.access}, 0s);
    }

    Dice dice{1};
    Server server{{}, dice};
    Grant grant = server.log_in(true, 0s);
};

TEST_F(ServerTest, MergesDeepOrShallowByItsRules) {
    Server shallow{{.merges_deep = false}, dice};
    for (auto* each : {&server, &shallow}) {
        each->put(json(R"({"n":{"a":1}})"));
        each->put(json(R"({"n":{"b":2}})"));
    }

    EXPECT_EQ(server.document(), json(R"({"n":{"a":1,"b":2}})"));
    EXPECT_EQ(shallow.document(), json(R"({"n":{"b":2}})"));
}

TEST_F(ServerTest, ErasesTheLongestNameThatFits) {
    server.put(json(R"({"d.ot":1,"d":{"ot":2}})"));

    EXPECT_EQ(call("DELETE", R"({"keys":["d.ot"]})").status, 200);

    EXPECT_EQ(server.document(), json(R"({"d":{"ot":2}})"));
}

TEST_F(ServerTest, RefusesAnEmptyListOfKeys) {
    EXPECT_EQ(call("DELETE", R"({"keys":[]})").status, 400);
}

TEST_F(ServerTest, RefusesOrIgnoresAnAbsentKeyByItsRules) {
    Server strict{{.refuses_absent_keys = true}, dice};
    auto const token = strict.log_in(false, 0s).access;

    EXPECT_EQ(call("DELETE", R"({"keys":["x"]})").status, 200);
    EXPECT_EQ(strict.handle({"DELETE", settings_target, R"({"keys":["x"]})", token}, 0s).status,
              400);
}

TEST_F(ServerTest, RefusesABodyWithPoisonAndDoesNothing) {
    EXPECT_EQ(call("PUT", R"({"a":1,"b":"a poison"})").status, 400);

    EXPECT_TRUE(server.document().empty());
}

TEST_F(ServerTest, TakesATokenForAnHour) {
    EXPECT_EQ(server.handle({"GET", settings_target, "", grant.access}, 59min).status, 200);
    EXPECT_EQ(server.handle({"GET", settings_target, "", grant.access}, 1h).status, 401);
}

TEST_F(ServerTest, RotatesRefreshTokens) {
    Server strict{{.rotates_strictly = true}, dice};
    auto const refresh = strict.log_in(true, 0s).refresh;
    std::string const body = Json{{"refreshToken", refresh}}.dump();

    EXPECT_EQ(strict.handle({"POST", refresh_target, body, ""}, 1h).status, 200);
    EXPECT_EQ(strict.handle({"POST", refresh_target, body, ""}, 1h).status, 401);
}

}  // namespace
}  // namespace settings::simulation
