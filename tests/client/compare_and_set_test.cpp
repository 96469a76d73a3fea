#include "client/compare_and_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "settings/client.h"
#include "tests/client/fake_daemon.h"
#include "tests/client/json.h"
#include "tests/client/replies.h"

namespace settings::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void count_up(Json& settings) { settings["n"] = settings.value("n", 0) + 1; }

TEST(CompareAndSetTest, SendsOnlyWhatChanged) {
    Snapshot const before{json(R"({"a":1,"b":{"c.d":2,"e":3},"/b":4})"), "7"};

    auto const write = write_of(before, [](Json& all) {
        all["b"]["c.d"] = 5;
        all["b"].erase("e");
        all["f"] = {{"g", 6}};
    });

    ASSERT_TRUE(write);
    EXPECT_EQ(write->request->method, "PATCH");
    EXPECT_EQ(write->request->body,
              R"({"edits":[{"path":["b","c.d"],"value":5},{"path":["b","e"]},)"
              R"({"path":["f"],"value":{"g":6}}]})");
    EXPECT_EQ(write->request->headers.at(0).value, "\"7\"");
    EXPECT_FALSE(write_of(before, [](Json& all) { all["a"] = 1; }));
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
