#include "settings/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/json.h"

namespace settings::client {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(HistoryTest, ReadsAnEntry) {
    auto const entry = entry_from(json(R"({
        "revision":42,"at":"1970-01-01T00:00:09Z","origin":"app",
        "app":{"pid":4711,"uid":1000,"executable":"/usr/bin/settingsctl","name":"settingsctl/0.1.0"},
        "changes":[{"path":"theme","old":"dark","new":null},
                   {"path":"a.b.c","names":["a.b","c"],"new":1}]})"));

    EXPECT_EQ(entry.revision, 42);
    EXPECT_EQ(entry.at, Time{9s});
    EXPECT_EQ(entry.origin, "app");
    ASSERT_TRUE(entry.app);
    EXPECT_EQ(entry.app->pid, 4711);
    EXPECT_EQ(entry.app->uid, 1000U);
    EXPECT_EQ(entry.app->executable, "/usr/bin/settingsctl");
    EXPECT_EQ(entry.app->name, "settingsctl/0.1.0");
    ASSERT_EQ(entry.changes.size(), 2U);
    EXPECT_EQ(entry.changes[0].path, "theme");
    EXPECT_EQ(entry.changes[0].before, Json("dark"));
    EXPECT_EQ(entry.changes[0].after, Json(nullptr)) << "null is a value";
    EXPECT_THAT(entry.changes[1].names, ElementsAre("a.b", "c"));
    EXPECT_EQ(entry.changes[1].before, std::nullopt);
    EXPECT_EQ(entry.answer["revision"], 42);
}

TEST(HistoryTest, AlwaysKnowsTheNamesOfAPath) {
    auto const entry =
        entry_from(json(R"({"changes":[{"path":"a..b"},{"path":"a"},{"path":""}]})"));

    EXPECT_THAT(entry.changes[0].names, ElementsAre("a", "", "b"));
    EXPECT_THAT(entry.changes[1].names, ElementsAre("a"));
    EXPECT_THAT(entry.changes[2].names, ElementsAre(""));
}

TEST(HistoryTest, LeavesEmptyWhatIsAbsentOrOfAnotherKind) {
    for (auto const* text : {"{}", "7", R"({"revision":"x","app":"x","changes":{},"at":1})"}) {
        auto const entry = entry_from(json(text));
        EXPECT_EQ(entry.revision, 0) << text;
        EXPECT_FALSE(entry.app || entry.at) << text;
        EXPECT_THAT(entry.changes, IsEmpty()) << text;
    }
    auto const known_by_pid = entry_from(json(R"({"app":{"pid":7}})"));
    EXPECT_EQ(known_by_pid.app->pid, 7);
    EXPECT_EQ(known_by_pid.app->executable + known_by_pid.app->name, "");
}

TEST(HistoryTest, ReadsAStretch) {
    auto const history = history_from(
        json(R"({"entries":[{"revision":3},{"revision":4}],"oldest":2,"revision":9,"more":true})"));

    ASSERT_EQ(history.entries.size(), 2U);
    EXPECT_EQ(history.entries[1].revision, 4);
    EXPECT_EQ(history.oldest, 2);
    EXPECT_EQ(history.revision, 9);
    EXPECT_TRUE(history.more);
    EXPECT_FALSE(history_from(json("{}")).more);
}

}  // namespace
}  // namespace settings::client
