// The service's four calls over the raw socket, and what of them reaches the server.

#include <random>

#include "tests/system/support/raw_connection.h"
#include "tests/system/support/rules.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::ValuesIn;

constexpr char const* sample = R"({"theme":"light","notifications":{"email":false}})";

class WritesTest : public SystemTest, public testing::WithParamInterface<Rules> {
  protected:
    void SetUp() override {
        boot({"--merge", GetParam().merge, "--absent-key", GetParam().absent_key});
    }

    /// One of the service's calls, byte for byte; returns the body of a 200.
    std::string call(std::string const& method, std::string const& body) {
        auto const response = exchange(device().socket(), request(method, "/settings/user", body));
        EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
        return body_of(response);
    }

    /// Expects both sides to hold `document` and to agree that nothing is left to do.
    void expect_both(Json const& document) {
        expect_sync(device());
        EXPECT_EQ(device().document(), document);
        EXPECT_EQ(server->document(), document);
        EXPECT_EQ(device().status().pending, 0U);
        expect_no_conflict(device());
    }

    void start_with(Json const& document) {
        call("POST", Json{{"settings", document}}.dump());
        expect_both(document);
        server->forget_requests();
    }
};

INSTANTIATE_TEST_SUITE_P(Service, WritesTest, ValuesIn(all_rules),
                         [](auto const& rules) { return rules.param.name; });

TEST_P(WritesTest, TheSampleIsAnsweredByteForByteAndArrives) {
    EXPECT_EQ(call("PUT", sample),
              R"({"success":true,"message":"User settings partially updated successfully",)"
              R"("revision":1})");

    expect_both(Json::parse(sample));
    auto const writes = server->writes();
    ASSERT_EQ(writes.size(), 1U);
    EXPECT_EQ(writes[0].method, "PUT");
    EXPECT_EQ(writes[0].body, Json::parse(sample));
}

TEST_P(WritesTest, ANestedEditSendsItsWholeTopLevelValueAndNoOther) {
    start_with(Json::parse(sample));

    call("PUT", R"({"notifications":{"push":true}})");

    expect_both(Json::parse(R"({"theme":"light","notifications":{"email":false,"push":true}})"));
    auto const writes = server->writes();
    ASSERT_EQ(writes.size(), 1U);
    EXPECT_EQ(writes[0].method, "PUT");
    EXPECT_EQ(writes[0].body, Json::parse(R"({"notifications":{"email":false,"push":true}})"));
}

TEST_P(WritesTest, AReplacementTakesAwayWhatItLacks) {
    start_with(Json::parse(R"({"theme":"light","old":{"a":1,"b":2},"gone":[1]})"));

    EXPECT_EQ(call("POST", R"({"settings":{"theme":"light","old":{"b":2},"new":null}})"),
              R"({"success":true,"message":"User settings updated successfully","revision":2})");

    expect_both(Json::parse(R"({"theme":"light","old":{"b":2},"new":null})"));
}

TEST_P(WritesTest, RemovalsAtEveryDepthArrive) {
    start_with(Json::parse(R"({"top":1,"a":{"b":{"c":1,"d":2},"e":3},"last":{"one":1}})"));

    EXPECT_EQ(call("DELETE", R"({"keys":["top","a.b.c","last.one","never.there"]})"),
              R"({"success":true,"message":"User settings keys deleted successfully",)"
              R"("revision":2})");

    expect_both(Json::parse(R"({"a":{"b":{"d":2},"e":3},"last":{}})"));
}

TEST_P(WritesTest, NamesWithDotsAreNotPaths) {
    start_with(Json::parse(R"({"a.b":1,"a":{"c.d":3,"e":5},"x.y":{"z":4}})"));

    call("DELETE", R"({"keys":["a.b","a.c.d","x.y.z"]})");

    expect_both(Json::parse(R"({"a":{"e":5},"x.y":{}})"));
}

TEST_P(WritesTest, ARemovalThatTheServerCouldTakeForAnotherIsNotSent) {
    auto const document = Json::parse(R"({"a.b":1,"a":{"b":2}})");
    start_with(document);

    call("POST", R"({"settings":{"a":{"b":2}}})");

    expect_eventually([&] { return device().status().rejected.size(); }, 1U);
    EXPECT_THAT(device().status().rejected.front().message, HasSubstr("\"a.b\" for another"));
    EXPECT_EQ(server->document(), document);
    EXPECT_EQ(device().document(), Json::parse(R"({"a":{"b":2}})"));
}

/// The server may read "a.b" as a key or as a path; each choice would be a loss for somebody.
TEST_P(WritesTest, NamesThatAreAmbiguousEndAlikeOrAreToldAndNeverLoop) {
    auto const seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random{seed};
    auto const below = [&random](std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random);
    };
    std::vector<std::string> const names{"a", "b", "a.b", "b.a", "a.b.a", "."};
    auto const object = [&](auto const& self, int depth) -> Json {
        Json made = Json::object();
        for (auto members = below(4); members > 0; --members)
            made[names[below(names.size())]] =
                depth > 0 && below(2) == 0 ? self(self, depth - 1) : Json(below(3));
        return made;
    };

    for (int round = 0; round < 12; ++round) {
        device().client().replace(object(object, 2)).value();
        server->forget_requests();
        auto const outcome = device().client().sync(patience).value();

        auto const status = device().status();
        EXPECT_EQ(outcome.synced, status.rejected.empty()) << outcome.reason;
        EXPECT_EQ(status.pending, 0U);
        EXPECT_EQ(outcome.synced, server->document() == device().document())
            << device().document() << server->document();
        EXPECT_LE(server->requests().size(), 40U) << server->methods();
    }
    expect_rest(device());
    server->forget_requests();
    device().client().sync(patience).value();
    EXPECT_EQ(server->methods(), "GET");
}

TEST_P(WritesTest, AnObjectTurnedIntoSomethingElseAndBackArrives) {
    start_with(Json::parse(R"({"a":{"b":1,"c":2}})"));

    call("PUT", R"({"a":null})");
    expect_both(Json::parse(R"({"a":null})"));
    call("PUT", R"({"a":{"c":[{"d":null}]}})");

    expect_both(Json::parse(R"({"a":{"c":[{"d":null}]}})"));
}

TEST_P(WritesTest, ValuesOfEveryKindArriveUnchanged) {
    auto const document = Json::parse(
        R"({"":{"":0},"numbers":[-0.5,1e21,9007199254740993,-9223372036854775808,)"
        R"(18446744073709551615,5e-324],"empty":[{},[],"",null,false],)"
        R"("text":"\u0000\"\\/\n\u2028 gr\u00fc\u00df \ud83d\ude00","sp ace/slash%":true})");

    start_with(document);
    device().kill();
    device().start();

    EXPECT_EQ(device().document(), document);
}

TEST_P(WritesTest, AnEditTakenBackBeforeItIsSentSendsNothing) {
    start_with(Json::parse(sample));
    device().configure({{"server.url", quoted(server->url())},
                        {"server.ca_file", quoted(server->ca())},
                        {"sync.debounce_seconds", "600"},
                        {"sync.debounce_cap_seconds", "600"}});
    device().stop();
    device().start();
    expect_sync(device());

    call("PUT", R"({"theme":"dark"})");
    EXPECT_EQ(device().status().pending, 1U);
    call("PUT", R"({"theme":"light"})");

    expect_both(Json::parse(sample));
    EXPECT_THAT(server->writes(), IsEmpty());
}

TEST_P(WritesTest, AnIdleDaemonSendsNothingMore) {
    start_with(Json::parse(R"({"theme":"light","volume":0.5})"));
    call("PUT", R"({"theme":"dark"})");
    expect_sync(device());

    expect_eventually([&] { return device().status().state; }, "idle");
    auto const sent = server->methods();

    auto const next = device().status().next_attempt;
    ASSERT_TRUE(next);
    EXPECT_THAT(next->reason, HasSubstr("whether what was sent has stayed"));
    EXPECT_EQ(server->methods(), sent);
}

TEST_P(WritesTest, NamesThatAreEmptyCanBeRemoved) {
    start_with(Json::parse(R"({"":1,"a":{"":{"":2,"b":3}},"c":4})"));

    call("POST", R"({"settings":{"a":{"":{"b":3}},"c":4}})");

    expect_both(Json::parse(R"({"a":{"":{"b":3}},"c":4})"));
}

TEST_P(WritesTest, ARemovalStandsThoughTheEditBeforeItArrivedByHalves) {
    start_with(Json::parse(R"({"a":{"x":1}})"));
    server->set_faults("drop before answering on DELETE");

    // Replaces a.x by a.y: the new value arrives, the removal of the old one does not.
    call("POST", R"({"settings":{"a":{"y":2}}})");
    expect_eventually([&] { return server->faults_left(); }, 0);
    call("DELETE", R"({"keys":["a"]})");

    expect_both(Json::object());
}

TEST_P(WritesTest, AnEditStandsThoughTheOneBeforeItArrivedByHalves) {
    start_with(Json::parse(R"({"a":{"x":1}})"));
    server->set_faults("drop before answering on DELETE");

    call("POST", R"({"settings":{"a":{"y":2}}})");
    expect_eventually([&] { return server->faults_left(); }, 0);
    call("PUT", R"({"a":{"y":3}})");

    expect_both(Json::parse(R"({"a":{"y":3}})"));
}

}  // namespace
}  // namespace settings::system_test
