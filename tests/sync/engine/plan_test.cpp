#include "sync/engine/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/document.h"
#include "sync/engine/wire.h"
#include "tests/support/json.h"

namespace settings::sync {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PlanTest, PutsEachChangedKeyWhole) {
    Batch const batch{{"a", json(R"({"x":1,"y":2})"), json(R"({"x":0,"y":2})")},
                      {"b", json("null"), std::nullopt}};

    EXPECT_EQ(values_in(batch).text(), R"({"a":{"x":1,"y":2},"b":null})");
    EXPECT_THAT(removals_in(batch), IsEmpty());
}

TEST(PlanTest, DeletesWhatWentInsideAKeyThatStays) {
    Batch const batch{{"a", json(R"({"x":1})"), json(R"({"x":1,"y":{"z":2}})")}};

    EXPECT_EQ(values_in(batch).text(), R"({"a":{"x":1}})");
    EXPECT_THAT(removals_in(batch), ElementsAre("a.y"));
}

TEST(PlanTest, DeletesAKeyThatWentWithoutAPut) {
    Batch const batch{{"a", std::nullopt, json(R"({"x":1})")}};

    EXPECT_TRUE(values_in(batch).empty());
    EXPECT_THAT(removals_in(batch), ElementsAre("a"));
}

TEST(PlanTest, EndsAlikeOnDeepAndShallowServers) {
    Json const before = json(R"({"a":{"x":1,"y":{"p":1,"q":2}},"b":[1,2],"c":{"d":1},"e":5})");
    Json const after = json(R"({"a":{"x":2,"y":{"q":2}},"b":[2],"c":7,"e":{"f":1}})");
    Batch batch;
    for (auto const& [key, value] : before.items()) batch.push_back({key, after.at(key), value});
    auto const values = values_in(batch);
    auto const removed = removals_in(batch);

    for (auto const how : {emulator::Merge::deep, emulator::Merge::shallow}) {
        Json server = before;
        emulator::merge(server, json(request_for(Put{values}).body), how);
        for (auto const& path : removed) emulator::delete_key(server, path);
        EXPECT_EQ(server, after);
    }
}

TEST(PlanTest, RemovalsGoInSlicesOfWhichEachHasAPath) {
    std::vector<std::string> paths{std::string(70'000, 'a'), std::string(40'000, 'b'),
                                   std::string(20'000, 'c'), "d"};

    EXPECT_EQ(take_removal(paths).size(), 1U);
    EXPECT_EQ(take_removal(paths).size(), 3U);
    EXPECT_THAT(paths, IsEmpty());

    paths = {"a", "b", "c"};
    EXPECT_THAT(take_removal(paths, 2), ElementsAre("a", "b"));
    EXPECT_THAT(take_removal(paths, 0), ElementsAre("c"));
}

}  // namespace
}  // namespace settings::sync
