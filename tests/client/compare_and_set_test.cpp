#include "client/compare_and_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <variant>

#include "settings/client.h"
#include "tests/client/fake_daemon.h"
#include "tests/client/json.h"
#include "tests/client/replies.h"

namespace settings::client {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

void count_up(Json& settings) { settings["n"] = settings.value("n", 0) + 1; }

TEST(CompareAndSetTest, SendsOnlyWhatChanged) {
    Snapshot const before{json(R"({"a":1,"b":{"c.d":2,"e":3},"/b":4})"), "7"};

    auto const write = write_of(before, always([](Json& all) {
                                    all["b"]["c.d"] = 5;
                                    all["b"].erase("e");
                                    all["f"] = {{"g", 6}};
                                }));

    ASSERT_TRUE(write);
    EXPECT_EQ(write->request->method, "PATCH");
    EXPECT_EQ(write->request->body,
              R"({"edits":[{"path":["b","c.d"],"value":5},{"path":["b","e"]},)"
              R"({"path":["f"],"value":{"g":6}}]})");
    EXPECT_EQ(write->request->headers.at(0).value, "\"7\"");
    EXPECT_FALSE(write_of(before, always([](Json& all) { all["a"] = 1; })));
}

TEST(CompareAndSetTest, PutsOneValueOnceAndIfItIsStillTheOneThatWasSeen) {
    auto const count_up = always([](std::optional<Json>& n) { n = n ? n->get<int>() + 1 : 0; });

    auto const changed = write_of("n", {Json(1), "v"}, count_up)->request.value();
    EXPECT_EQ(changed.body, "2");
    EXPECT_EQ(changed.headers.at(0).name, "If-Match");
    EXPECT_EQ(changed.headers.at(0).value, "\"v\"");
    auto const made = write_of("n", {}, count_up)->request.value();
    EXPECT_EQ(made.body, "0");
    EXPECT_EQ(made.headers.at(0).name, "If-None-Match");
    for (auto const& request : {changed, made}) {
        EXPECT_EQ(request.headers.size(), 1U);
        EXPECT_EQ(request.effect, Request::Effect::edit);
        EXPECT_FALSE(request.repeatable);
    }
}

/// What becomes of a document, or the code of the error that leaves it as it was.
std::variant<Json, Errc> after(std::string_view document, DocumentChange const& change) {
    Json settings = json(document);
    auto const changed = change(settings);
    if (changed) return settings;
    EXPECT_EQ(settings, json(document));
    return changed.error().code();
}

DocumentChange counted(std::string_view path) {
    return at(path, typed_change<int>(path, 0, [](int& count) { ++count; }));
}

TEST(CompareAndSetTest, OneSettingIsEditedWhereverItIsAndFromItsFallbackWhereItIsNot) {
    using Outcome = std::variant<Json, Errc>;
    EXPECT_EQ(after("{}", counted("a.b")), Outcome{json(R"({"a":{"b":1}})")});
    EXPECT_EQ(after(R"({"a":{"b":1,"c":2}})", counted("a.b")),
              Outcome{json(R"({"a":{"b":2,"c":2}})")});
    EXPECT_EQ(after(R"({"a.b":5})", counted("a.b")), Outcome{json(R"({"a.b":6})")});
    EXPECT_EQ(after("{}", counted("/a.b")), Outcome{json(R"({"a.b":1})")});
}

TEST(CompareAndSetTest, WhatAnEditOfOneSettingDoesNotExpectStaysAsItIs) {
    using Outcome = std::variant<Json, Errc>;
    for (auto const* odd : {R"({"n":"seven"})", R"({"n":null})", R"({"n":{}})", R"({"n":[1]})",
                            R"({"n":0.5})", R"({"n":5000000000})"})
        EXPECT_EQ(after(odd, counted("n")), Outcome{Errc::wrong_type}) << odd;
    for (auto const* wall : {R"({"n":1})", R"({"n":"x"})", R"({"n":[]})", R"({"n":null})"})
        EXPECT_EQ(after(wall, counted("n.m")), Outcome{Errc::conflict}) << wall;
}

TEST(CompareAndSetTest, AnEditMayTakeAwayAValueAndMembersOfIt) {
    using Outcome = std::variant<Json, Errc>;
    auto const removed = at("a", always([](std::optional<Json>& value) { value.reset(); }));
    EXPECT_EQ(after(R"({"a":1,"b":2})", removed), Outcome{json(R"({"b":2})")});
    EXPECT_EQ(after("{}", removed), Outcome{json("{}")});

    auto const narrowed =
        at("a", typed_change<Json>("a", {}, [](Json& value) { value.erase("x"); }));
    EXPECT_EQ(after(R"({"a":{"x":1,"y":2}})", narrowed), Outcome{json(R"({"a":{"y":2}})")});
}

TEST(CompareAndSetTest, AnEditThatCannotBeMadeSaysWhyAndWritesNothing) {
    FakeDaemon daemon{{{.replies = {one_value("v", "\"seven\"")}}}};
    std::optional<Client> client{daemon.socket_path()};

    auto const refused = client->edit<int>("n", 0, [](int& n) { ++n; });

    EXPECT_EQ(refused.error().code(), Errc::wrong_type);
    client.reset();
    EXPECT_EQ(daemon.stop().size(), 1U);
}

TEST(CompareAndSetTest, BeginsAnewWhenAnotherAppWasFaster) {
    FakeDaemon daemon{
        {{.replies = {snapshot(7, R"({"n":1})"), stale, snapshot(8, R"({"n":5})"), saved(9)}}}};
    std::optional<Client> client{daemon.socket_path()};

    EXPECT_EQ(client->edit(count_up).value(), 9);

    client.reset();
    auto const sent = daemon.stop();
    ASSERT_EQ(sent.size(), 4U);
    EXPECT_THAT(sent[1], testing::AllOf(HasSubstr("If-Match: \"7\""),
                                        HasSubstr(R"({"path":["n"],"value":2})")));
    EXPECT_THAT(sent[3], testing::AllOf(HasSubstr("If-Match: \"8\""),
                                        HasSubstr(R"({"path":["n"],"value":6})")));
}

TEST(CompareAndSetTest, AnEditOfOneSettingIsForItsValueAlone) {
    FakeDaemon daemon{{{.replies = {one_value("v1", "1"), stale, one_value("v2", "5"), saved(9)}}}};
    std::optional<Client> client{daemon.socket_path()};

    EXPECT_EQ(client->edit<int>("a/b", 0, [](int& n) { ++n; }).value(), 9);

    client.reset();
    auto const sent = daemon.stop();
    ASSERT_EQ(sent.size(), 4U);
    EXPECT_THAT(sent[0], HasSubstr("GET /v1/settings/a%2Fb "));
    EXPECT_THAT(sent[1], testing::AllOf(HasSubstr("PUT /v1/settings/a%2Fb "),
                                        HasSubstr("If-Match: \"v1\""), EndsWith("\r\n\r\n2")));
    EXPECT_THAT(sent[3], testing::AllOf(HasSubstr("If-Match: \"v2\""), EndsWith("\r\n\r\n6")));
}

TEST(CompareAndSetTest, AnEditOfOneSettingMayMakeItAndMayRemoveIt) {
    FakeDaemon daemon{{{.replies = {no_value, saved(8), one_value("v", "1"), saved(9), no_value}}}};
    std::optional<Client> client{daemon.socket_path()};
    auto const remove = [](std::optional<Json>& value) { value.reset(); };

    EXPECT_EQ(client->edit<int>("n", 3, [](int& n) { ++n; }).value(), 8);
    EXPECT_EQ(client->edit("n", remove).value(), 9);
    EXPECT_EQ(client->edit("n", remove).value(), std::nullopt);

    client.reset();
    auto const sent = daemon.stop();
    ASSERT_EQ(sent.size(), 5U);
    EXPECT_THAT(sent[1], testing::AllOf(HasSubstr("If-None-Match: *"), EndsWith("\r\n\r\n4")));
    EXPECT_THAT(sent[3],
                testing::AllOf(HasSubstr("DELETE /v1/settings/n "), HasSubstr("If-Match: \"v\"")));
}

TEST(CompareAndSetTest, OfAValueThatIsTooLargeToBePutOnlyWhatChangedIsSent) {
    std::string const large = R"({"n":1,"rest":"…"})";
    FakeDaemon daemon{{{.replies = {one_value("v", large), reply(413, R"({"success":false})"),
                                    snapshot(7, R"({"a":)" + large + "}"), saved(8)}}}};
    std::optional<Client> client{daemon.socket_path()};

    auto const saved = client->edit<Json>("a", Json::object(), [](Json& a) { a["n"] = 2; });

    EXPECT_EQ(saved.value(), 8);
    client.reset();
    auto const sent = daemon.stop();
    ASSERT_EQ(sent.size(), 4U);
    EXPECT_THAT(sent[3], testing::AllOf(HasSubstr("If-Match: \"7\""),
                                        HasSubstr(R"([{"path":["a","n"],"value":2}])")));
}

TEST(CompareAndSetTest, WritesNothingWhenNothingChanges) {
    FakeDaemon daemon{{{.replies = {snapshot(7, R"({"n":1})")}}}};
    std::optional<Client> client{daemon.socket_path()};

    EXPECT_EQ(client->edit([](Json&) {}).value(), std::nullopt);

    client.reset();
    EXPECT_EQ(daemon.stop().size(), 1U);
}

TEST(CompareAndSetTest, WaitsAtRandomAndNotForLongAndGivesUpInTheEnd) {
    using namespace std::chrono_literals;
    std::set<std::chrono::microseconds> pauses;
    for (int attempts = 1; attempts < 100; ++attempts) {
        auto const pause = pause_after(attempts).value();
        EXPECT_LE(pause, 205ms);
        pauses.insert(pause);
    }

    EXPECT_LE(pause_after(1).value(), 100us);
    EXPECT_GT(pauses.size(), 10U);
    EXPECT_FALSE(pause_after(100));
    EXPECT_THAT(gave_up_on_edit().message(), HasSubstr("100 times"));
}

TEST(CompareAndSetTest, WhatTheChangeThrowsPassesThroughAndNothingIsWritten) {
    FakeDaemon daemon{{{.replies = {snapshot(7, "{}")}}}};
    std::optional<Client> client{daemon.socket_path()};

    EXPECT_THROW((void)client->edit([](Json&) { throw std::runtime_error{"no"}; }),
                 std::runtime_error);

    client.reset();
    EXPECT_EQ(daemon.stop().size(), 1U);
}

}  // namespace
}  // namespace settings::client
