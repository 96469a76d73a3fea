// Requests whose answers never came: what a later look makes of them.

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class LostAnswersTest : public LedgerFixture {};

TEST_F(LostAnswersTest, RepairsALateOriginalThatCameAfterNewerOnes) {
    patch(R"({"a":1})");
    lose("{}");
    patch(R"({"a":2})");
    send();
    clock += 90min;
    patch(R"({"b":1})");

    auto const outcome = reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":2,"b":1})"));
    EXPECT_THAT(keys(freeze().batch), testing::UnorderedElementsAre("a", "b"));
    EXPECT_THAT(outcome.conflicts, ElementsAre(conflict({"a"}, "2", "2", "1", Winner::local)));
}

TEST_F(LostAnswersTest, RepairsALateOriginalWhenTheKeyIsCleanAndNothingIsPending) {
    patch(R"({"a":1})");
    lose("{}");
    patch(R"({"a":2})");
    sync();
    reconcile(R"({"a":2})");
    EXPECT_EQ(ledger.mirror().backlog().pending, 0U);

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":2})"));
    EXPECT_EQ(ledger.mirror().backlog().pending, 1U);
}

TEST_F(LostAnswersTest, RepairsALateOriginalThoughTheSameValueHadArrivedByAnotherRequest) {
    patch(R"({"a":1})");
    lose("{}");
    send();
    reconcile(R"({"a":1})");
    patch(R"({"a":2})");
    sync();

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":2})"));
}

TEST_F(LostAnswersTest, RepairsALateOriginalThoughAnotherDeviceCameInBetween) {
    patch(R"({"a":1})");
    lose("{}");
    send();
    clock += 10min;
    reconcile(R"({"a":5})");
    patch(R"({"a":7})");
    sync();

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":7})"));
}

TEST_F(LostAnswersTest, RepairsTheSiblingsThatALateOriginalTrodOn) {
    patch(R"({"a":{"x":1,"y":1}})");
    lose("{}");
    patch(R"({"a":{"y":2}})");
    sync();

    reconcile(R"({"a":{"x":1,"y":1}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":1,"y":2}})"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("a"));
}

TEST_F(LostAnswersTest, RepairsALateRemoval) {
    patch(R"({"a":1})");
    sync();
    erase({"a"});
    lose(R"({"a":1})");
    patch(R"({"a":2})");
    sync();

    reconcile(R"({"b":1})");

    EXPECT_EQ(local(), json(R"({"a":2,"b":1})"));
}

TEST_F(LostAnswersTest, ALostAnswerIsNoDoubtAnyMoreOnceItsValueIsSeen) {
    patch(R"({"a":1})");
    lose("{}");
    reconcile(R"({"a":1})");
    EXPECT_EQ(sent("lost"), 0);

    patch(R"({"a":2})");
    sync();
    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":1})"));
}

TEST_F(LostAnswersTest, ALostRequestMayStillComeWhereALaterOneExplainsItsValue) {
    patch(R"({"a":1})");
    lose("{}");
    send();
    patch(R"({"a":2})");
    send();
    reconcile(R"({"a":1})");
    EXPECT_EQ(sent("lost"), 1)
        << "A replica that lags behind shows what the later request brought.";
    send();
    clock += 3min;
    reconcile(R"({"a":2})");

    clock += 30min;
    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":2})"));
}

TEST_F(LostAnswersTest, ALostAnswerIsBelievedLostForGoodAfterTwoHours) {
    patch(R"({"a":1})");
    lose("{}");
    patch(R"({"a":2})");
    sync();
    clock += 2h;
    reconcile(R"({"a":2})");
    EXPECT_EQ(sent("lost"), 0);

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":1})"));
}

TEST_F(LostAnswersTest, LooksOnceMoreAMinuteAfterALostAnswer) {
    patch(R"({"a":1})");
    lose("{}");
    EXPECT_EQ(ledger.mirror().backlog().look_at, clock + 60s);

    clock += 59s;
    reconcile("{}");
    EXPECT_EQ(ledger.mirror().backlog().look_at, clock + 1s);

    clock += 1s;
    reconcile("{}");
    EXPECT_EQ(ledger.mirror().backlog().look_at, std::nullopt);
    EXPECT_EQ(sent("lost"), 1);
}

TEST_F(LostAnswersTest, KeepsTheNewestSixteenDoubtsOfAKey) {
    for (int n = 1; n <= 20; ++n) {
        edit(Patch{{{"a", n}}});
        lose("{}");
    }

    EXPECT_EQ(sent("lost"), 16);
    EXPECT_EQ(number("SELECT min(CAST(value AS INTEGER)) FROM sent"), 5);
}

TEST_F(LostAnswersTest, WhatWasNotSentIsInNoDoubt) {
    patch(R"({"a":1,"b":1})");
    static_cast<void>(freeze());
    EXPECT_EQ(sent("flying"), 2);

    ledger.mirror().drop_marks();

    EXPECT_EQ(sent("flying"), 0);
}

TEST_F(LostAnswersTest, WhatWasRefusedMayBeStoredAllTheSameUntilNoLookMayLagBehindIt) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2,"bad":1})");
    static_cast<void>(freeze());
    ledger.mirror().answered();
    patch(R"({"a":3})");
    reconcile(R"({"a":1})", Winner::remote);
    clock += 1min;

    auto const outcome = reconcile(R"({"a":2})", Winner::remote);

    EXPECT_EQ(local()["a"], 3);
    EXPECT_TRUE(outcome.conflicts.empty());
    clock += 1min;
    reconcile(R"({"a":2})", Winner::remote);
    EXPECT_EQ(sent("flying") + sent("lost"), 0);
}

TEST_F(LostAnswersTest, WhatWasRefusedMayBeStoredAlsoWhereItsRepeatWasNotSent) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2,"bad":1})");
    static_cast<void>(freeze());
    ledger.mirror().answered();
    static_cast<void>(freeze());
    ledger.mirror().drop_marks();
    patch(R"({"a":3})");

    reconcile(R"({"a":2})", Winner::remote);

    EXPECT_EQ(local()["a"], 3);
}

TEST_F(LostAnswersTest, AReplicaMayShowWhatWasRefusedAfterANewerValueIsAccepted) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");
    static_cast<void>(freeze());
    ledger.mirror().answered();
    patch(R"({"a":3})");
    send();
    clock += 1s;

    auto const outcome = reconcile(R"({"a":2})", Winner::remote);

    EXPECT_EQ(local(), json(R"({"a":3})"));
    EXPECT_TRUE(outcome.conflicts.empty());
}

TEST_F(LostAnswersTest, ASearchForAGuiltyKeyForgetsNothingThatItSent) {
    patch(R"({"a":2,"bad":1})");
    static_cast<void>(freeze());
    static_cast<void>(freeze(1));  // the 400 to both led to this half
    patch(R"({"a":3})");

    reconcile(R"({"a":2})", Winner::remote);

    EXPECT_EQ(local()["a"], 3);
}

TEST_F(LostAnswersTest, WhatIsAcceptedInTheEndLeavesNoDoubtOfItsRefusals) {
    patch(R"({"a":1,"bad":1})");
    for (int refusals = 0; refusals < 3; ++refusals) static_cast<void>(freeze());

    settle({freeze(1).batch});

    EXPECT_EQ(number("SELECT count(*) FROM sent WHERE key = 'a'"), 1);
    EXPECT_EQ(sent("accepted"), 1);
}

TEST_F(LostAnswersTest, AKeyIsSetAsideWithTheDoubtThatItIsIn) {
    patch(R"({"a":1})");
    auto const batch = freeze().batch;
    ledger.mirror().lost(batch, clock);
    reject(batch, {0, "the connection broke"});
    patch(R"({"a":2})");

    reconcile(R"({"a":1})", Winner::remote);

    EXPECT_EQ(local()["a"], 2);
}

TEST_F(LostAnswersTest, ARepeatOfAnAnsweredRequestIsNotAnotherDevicesEdit) {
    patch(R"({"a":1})");
    send();
    clock += 8s;
    patch(R"({"a":2})");
    send();
    EXPECT_EQ(ledger.mirror().backlog().look_at, clock + 5s);
    clock += 60s;
    reconcile(R"({"a":1})");
    EXPECT_EQ(ledger.mirror().backlog().pending, 0U) << "a replica may lag behind";
    clock += 60s;

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":2})"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("a"));
}

TEST_F(LostAnswersTest, WhatIsOverruledAsARepeatIsNoLongerExpectedForThat) {
    auto const look = [this](char const* remote) {
        static_cast<void>(ledger.mirror().reconcile({.remote = json(remote), .lag = 1s}, clock));
    };
    patch(R"({"a":1})");
    send();
    clock += 2s;
    patch(R"({"a":2})");
    send();
    look(R"({"a":2})");
    clock += 8s;
    look(R"({"a":1})");
    EXPECT_EQ(local(), json(R"({"a":2})"));
    send();
    clock += 55s;
    look(R"({"a":2})");

    look(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":1})"))
        << "a minute after the newer value it is another device's";
}

TEST_F(LostAnswersTest, AValueOfOursFromLongAgoIsBelievedWhenAnotherDeviceSetsIt) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");
    send();
    reconcile(R"({"a":2})");
    clock += 2min;

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":1})"));
}

TEST_F(LostAnswersTest, AnOriginalMayComeLateThoughALookSawItsValueSentAgain) {
    patch(R"({"a":1})");
    static_cast<void>(freeze());
    reconcile("{}");
    static_cast<void>(freeze());
    reconcile(R"({"a":1})");
    patch(R"({"a":2})");
    send();
    clock += 31min;

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":2})"));
}

TEST_F(LostAnswersTest, ARepeatIsKnownThoughALookHadToShowThatTheNewerValueArrived) {
    patch(R"({"a":{"x":1}})");
    send();
    clock += 8s;
    replace(R"({"a":{}})");
    static_cast<void>(freeze());
    reconcile(R"({"a":{}})");
    clock += 8s;

    reconcile(R"({"a":{"x":1}})");

    EXPECT_EQ(local(), json(R"({"a":{}})"));
}

TEST_F(LostAnswersTest, ManyLostTriesOfANewerValuePushNoOlderDoubtOut) {
    patch(R"({"a":1})");
    lose("{}");
    patch(R"({"a":2})");
    for (int tries = 0; tries < 20; ++tries) lose("{}");
    EXPECT_EQ(sent("lost"), 2);
    send();

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":2})"));
}

}  // namespace
}  // namespace settings::store
