// Values that the server accepted and that another device, which sends whole keys from an older
// read, may have trodden on since.

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class TroddenTest : public LedgerFixture {};

TEST_F(TroddenTest, SendsATroddenSiblingOnceMore) {
    patch(R"({"a":{"x":1,"y":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    send();
    clock += 2min;

    auto const outcome = reconcile(R"({"a":{"x":1,"y":5}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":2,"y":5}})"));
    EXPECT_THAT(outcome.conflicts, ElementsAre(conflict({"a", "x"}, "2", "2", "1", Winner::local)));
    EXPECT_EQ(outcome.applied, 1U);
    EXPECT_THAT(keys(freeze().batch), ElementsAre("a"));
}

TEST_F(TroddenTest, SendsATroddenValueOnlyOnce) {
    patch(R"({"a":{"x":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    send();
    clock += 2min;
    reconcile(R"({"a":{"x":1}})");
    send();
    reconcile(R"({"a":{"x":2}})");
    clock += 2min;

    auto const outcome = reconcile(R"({"a":{"x":1}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":1}})"));
    EXPECT_EQ(ledger.mirror().backlog().pending, 0U);
    EXPECT_THAT(outcome.conflicts,
                ElementsAre(conflict({"a", "x"}, "2", "2", "1", Winner::remote)));
}

TEST_F(TroddenTest, SendsATroddenValueOnlyOnceEvenIfTheServerDidNotTakeItAtFirst) {
    patch(R"({"a":{"x":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    send();
    clock += 2min;
    reconcile(R"({"a":{"x":1}})");
    static_cast<void>(freeze());  // a 503
    ledger.mirror().drop_marks();
    clock += 60s;
    reconcile(R"({"a":{"x":1}})");
    send();
    reconcile(R"({"a":{"x":2}})");
    clock += 2min;

    reconcile(R"({"a":{"x":1}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":1}})"));
}

TEST_F(TroddenTest, DefendsANewEditOfAKeyThatWasDefendedBefore) {
    patch(R"({"a":{"x":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    send();
    clock += 2min;
    reconcile(R"({"a":{"x":1}})");
    patch(R"({"a":{"x":3}})");
    send();
    clock += 2min;

    reconcile(R"({"a":{"x":1}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":3}})"));
}

TEST_F(TroddenTest, AChainOfAcceptedEditsIsDefendedAgainstEachEarlierValue) {
    patch(R"({"a":{"x":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    send();
    patch(R"({"a":{"x":3}})");
    send();
    clock += 2min;

    reconcile(R"({"a":{"x":1}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":3}})"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("a"));
}

TEST_F(TroddenTest, BelievesAnotherDeviceThatTogglesBackAfterTenMinutes) {
    patch(R"({"a":{"x":true}})");
    sync();
    patch(R"({"a":{"x":false}})");
    send();
    clock += 10min;

    auto const outcome = reconcile(R"({"a":{"x":true}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":true}})"));
    EXPECT_THAT(outcome.conflicts, SizeIs(1)) << "no look has shown ours";
}

TEST_F(TroddenTest, BelievesAnotherDeviceThatTogglesBackAfterALookShowedOursToStand) {
    patch(R"({"a":{"x":true}})");
    sync();
    patch(R"({"a":{"x":false}})");
    send();
    clock += 60s;
    reconcile(R"({"a":{"x":false}})");
    clock += 60s;

    reconcile(R"({"a":{"x":true}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":true}})"));
}

TEST_F(TroddenTest, ALookInTheFirstMinuteProvesNothing) {
    patch(R"({"a":{"x":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    send();
    clock += 59s;
    reconcile(R"({"a":{"x":2}})");
    clock += 61s;

    reconcile(R"({"a":{"x":1}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":2}})"));
}

TEST_F(TroddenTest, DefendsNothingThatAnotherDeviceHasTakenOver) {
    patch(R"({"a":{"x":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    send();
    reconcile(R"({"a":{"x":5}})");

    auto const outcome = reconcile(R"({"a":{"x":1}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":1}})"));
    EXPECT_THAT(outcome.conflicts, IsEmpty());
}

TEST_F(TroddenTest, LooksAgainAtWholeObjectsOnceMoreForTheyAloneTreadOnSiblings) {
    patch(R"({"plain":1,"object":{"x":1}})");
    EXPECT_EQ(settle(freeze().batch).look_at, clock + 5s);
    clock += 10s;
    reconcile(R"({"plain":1,"object":{"x":1}})");
    EXPECT_EQ(ledger.mirror().backlog().look_at, clock + 50s);

    clock += 50s;
    reconcile(R"({"plain":1,"object":{"x":1}})");
    EXPECT_EQ(ledger.mirror().backlog().look_at, std::nullopt);
}

TEST_F(TroddenTest, APlainValueThatWasSeenIsNotLookedAtAgain) {
    patch(R"({"plain":1})");
    EXPECT_EQ(settle(freeze().batch).look_at, clock + 5s);

    reconcile(R"({"plain":1})");

    EXPECT_EQ(ledger.mirror().backlog().look_at, std::nullopt);
}

TEST_F(TroddenTest, LooksAgainAfterAnObjectWasRemovedOrReplaced) {
    patch(R"({"a":{"x":1},"b":{"x":1}})");
    sync();
    reconcile(R"({"a":{"x":1},"b":{"x":1}})");
    erase({"a"});

    settle(freeze().batch);
    clock += 5s;
    reconcile(R"({"b":{"x":1}})");
    EXPECT_EQ(ledger.mirror().backlog().look_at, clock + 55s);
}

TEST_F(TroddenTest, BelievesThatAWholeKeyWasRemoved) {
    patch(R"({"a":{"x":1},"b":1})");
    send();
    reconcile(R"({"a":{"x":1},"b":1})");
    clock += 2min;

    EXPECT_THAT(reconcile(R"({"b":1})").conflicts, IsEmpty());
    EXPECT_EQ(local(), json(R"({"b":1})"));
}

TEST_F(TroddenTest, BelievesWhatAnotherDeviceMakesOfAPlainValue) {
    patch(R"({"a":1,"b":1})");
    sync();
    patch(R"({"a":2})");
    send();
    reconcile(R"({"a":2,"b":1})");
    clock += 2min;

    EXPECT_THAT(reconcile(R"({"a":1,"b":1})").conflicts, IsEmpty());
    EXPECT_EQ(local(), json(R"({"a":1,"b":1})"));
}

TEST_F(TroddenTest, DefendsTheRemovalOfAnObject) {
    patch(R"({"a":{"x":1},"b":1})");
    sync();
    erase({"a"});
    send();
    clock += 2min;

    reconcile(R"({"a":{"x":1},"b":1})");

    EXPECT_EQ(local(), json(R"({"b":1})"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("a"));
}

}  // namespace
}  // namespace settings::store
