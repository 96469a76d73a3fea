#include "emulator/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::emulator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Faults faults(std::string_view script) { return Faults{parse_faults(script).value()}; }

/// The status that a request gets instead of the service's own answer; 0 for none.
unsigned next(Faults& faults, Call call = Call::get) {
    Action const action = faults.next(call);
    return action.answer ? action.answer->response.status : 0;
}

TEST(FaultsTest, LetsEverythingPassWithoutAScript) {
    Faults none;
    Action const action = none.next(Call::put);

    EXPECT_EQ(action.effect, Effect::now);
    EXPECT_EQ(action.ending, Ending::whole);
    EXPECT_FALSE(action.answer);
}

TEST(FaultsTest, RunsStatementsInOrderAndThenStops) {
    Faults running = faults("answer 500 twice, answer 401, answer 503 2 times");

    EXPECT_EQ(next(running), 500U);
    EXPECT_EQ(next(running), 500U);
    EXPECT_EQ(next(running), 401U);
    EXPECT_EQ(next(running), 503U);
    EXPECT_EQ(running.remaining(), 1U);
    EXPECT_EQ(next(running), 503U);
    EXPECT_EQ(next(running), 0U);
    EXPECT_EQ(running.remaining(), 0U);
}

TEST(FaultsTest, WaitsForTheRequestsThatPassFirst) {
    Faults running = faults("after 2 requests answer 500, after 1 request answer 401");

    EXPECT_EQ(next(running), 0U);
    EXPECT_EQ(next(running), 0U);
    EXPECT_EQ(next(running), 500U);
    EXPECT_EQ(next(running), 0U);
    EXPECT_EQ(next(running), 401U);
}

TEST(FaultsTest, NeitherCountsNorTouchesCallsThatTheFilterLeavesOut) {
    Faults running = faults("on PUT after 1 request answer 500");

    EXPECT_EQ(next(running, Call::put), 0U);
    EXPECT_EQ(next(running, Call::get), 0U);
    EXPECT_EQ(next(running, Call::refresh), 0U);
    EXPECT_EQ(next(running, Call::put), 500U);
}

TEST(FaultsTest, GoesOnForever) {
    Faults running = faults("answer 500 forever");

    for (int request = 0; request < 1'000; ++request) ASSERT_EQ(next(running), 500U);
    EXPECT_EQ(running.remaining(), 1U);
}

TEST(FaultsTest, RefusesKeysAtOnceAndUntilCleared) {
    Faults running = faults("refuse key a, refuse key b, after 2 requests clear, refuse key c");

    EXPECT_THAT(running.quirks().refused, ElementsAre("a", "b"));
    EXPECT_EQ(next(running), 0U);
    EXPECT_THAT(running.quirks().refused, ElementsAre("a", "b"));
    EXPECT_EQ(next(running), 0U);
    EXPECT_THAT(running.quirks().refused, ElementsAre("c"));
    EXPECT_EQ(running.remaining(), 0U);
}

TEST(FaultsTest, ReachesARefusalOnlyAfterTheStatementsBeforeIt) {
    Faults running = faults("answer 500, refuse key a");

    EXPECT_THAT(running.quirks().refused, IsEmpty());
    EXPECT_EQ(next(running), 500U);
    EXPECT_THAT(running.quirks().refused, ElementsAre("a"));
}

}  // namespace
}  // namespace settings::emulator
