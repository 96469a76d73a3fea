// What a look at the server makes of the requests that went before it.

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ReconcileTest : public LedgerFixture {
  protected:
    /// Sends everything pending; the answer never comes, and the first look does not show it.
    void lose(std::string_view remote) {
        static_cast<void>(freeze());
        reconcile(remote);
    }

    /// Sends everything pending to a server that takes it, this very moment.
    void send() { settle(freeze().batch); }

    std::int64_t sent(std::string const& state) {
        return number(("SELECT count(*) FROM sent WHERE state = '" + state + "'").c_str());
    }

    static Conflict conflict(Path path, char const* base, char const* ours, char const* theirs,
                             Winner kept) {
        return {std::move(path), json(base), json(ours), json(theirs), kept};
    }
};

// Lost answers.

TEST_F(ReconcileTest, RepairsALateOriginalThatCameAfterNewerOnes) {
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

TEST_F(ReconcileTest, RepairsALateOriginalWhenTheKeyIsCleanAndNothingIsPending) {
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

TEST_F(ReconcileTest, RepairsALateOriginalThoughTheSameValueHadArrivedByAnotherRequest) {
    patch(R"({"a":1})");
    lose("{}");
    send();
    reconcile(R"({"a":1})");
    patch(R"({"a":2})");
    sync();

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":2})"));
}

TEST_F(ReconcileTest, RepairsTheSiblingsThatALateOriginalTrodOn) {
    patch(R"({"a":{"x":1,"y":1}})");
    lose("{}");
    patch(R"({"a":{"y":2}})");
    sync();

    reconcile(R"({"a":{"x":1,"y":1}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":1,"y":2}})"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("a"));
}

TEST_F(ReconcileTest, RepairsALateRemoval) {
    patch(R"({"a":1})");
    sync();
    erase({"a"});
    lose(R"({"a":1})");
    patch(R"({"a":2})");
    sync();

    reconcile(R"({"b":1})");

    EXPECT_EQ(local(), json(R"({"a":2,"b":1})"));
}

TEST_F(ReconcileTest, ALostAnswerIsNoDoubtAnyMoreOnceItsValueIsSeen) {
    patch(R"({"a":1})");
    lose("{}");
    reconcile(R"({"a":1})");
    EXPECT_EQ(sent("lost"), 0);

    patch(R"({"a":2})");
    sync();
    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":1})"));
}

TEST_F(ReconcileTest, ALostAnswerIsBelievedLostForGoodAfterTwoHours) {
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

TEST_F(ReconcileTest, LooksOnceMoreAMinuteAfterALostAnswer) {
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

TEST_F(ReconcileTest, KeepsTheNewestEightDoubtsOfAKey) {
    for (int n = 1; n <= 20; ++n) {
        edit(Patch{{{"a", n}}});
        lose("{}");
    }

    EXPECT_EQ(sent("lost"), 8);
    EXPECT_EQ(number("SELECT min(CAST(value AS INTEGER)) FROM sent"), 13);
}

TEST_F(ReconcileTest, ARequestThatWasRefusedIsInNoDoubt) {
    patch(R"({"a":1,"b":1})");
    reject({freeze().batch[0]}, {400, "no"});
    EXPECT_EQ(sent("flying"), 1);

    ledger.mirror().remember("", true);
    EXPECT_EQ(sent("flying"), 1);

    ledger.mirror().remember("", false);
    EXPECT_EQ(sent("flying"), 0);
}

// Accepted, and then trodden on by a device that sent a whole key from an older read.

TEST_F(ReconcileTest, SendsATroddenSiblingOnceMore) {
    patch(R"({"a":{"x":1,"y":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    send();
    clock += 60s;

    auto const outcome = reconcile(R"({"a":{"x":1,"y":5}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":2,"y":5}})"));
    EXPECT_THAT(outcome.conflicts, ElementsAre(conflict({"a", "x"}, "2", "2", "1", Winner::local)));
    EXPECT_EQ(outcome.applied, 1U);
    EXPECT_THAT(keys(freeze().batch), ElementsAre("a"));
}

TEST_F(ReconcileTest, SendsATroddenValueOnlyOnce) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");
    send();
    reconcile(R"({"a":1})");
    clock += 60s;
    send();

    auto const outcome = reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":1})"));
    EXPECT_EQ(ledger.mirror().backlog().pending, 0U);
    EXPECT_THAT(outcome.conflicts, ElementsAre(conflict({"a"}, "1", "2", "1", Winner::remote)));
}

TEST_F(ReconcileTest, SendsATroddenValueOnlyOnceEvenIfTheServerDidNotTakeItAtFirst) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");
    send();
    clock += 60s;
    reconcile(R"({"a":1})");
    static_cast<void>(freeze());  // a 503
    ledger.mirror().remember("", false);
    clock += 60s;
    reconcile(R"({"a":1})");
    send();

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":1})"));
}

TEST_F(ReconcileTest, DefendsANewEditOfAKeyThatWasDefendedBefore) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");
    send();
    reconcile(R"({"a":1})");
    patch(R"({"a":3})");
    send();

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":3})"));
}

TEST_F(ReconcileTest, AChainOfAcceptedEditsIsDefendedAgainstEachEarlierValue) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");
    send();
    patch(R"({"a":3})");
    send();

    reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":3})"));
}

TEST_F(ReconcileTest, BelievesAnotherDeviceThatTogglesBackAfterTenMinutes) {
    patch(R"({"a":true})");
    sync();
    patch(R"({"a":false})");
    send();
    clock += 10min;

    auto const outcome = reconcile(R"({"a":true})");

    EXPECT_EQ(local(), json(R"({"a":true})"));
    EXPECT_THAT(outcome.conflicts, IsEmpty());
}

TEST_F(ReconcileTest, BelievesAnotherDeviceThatTogglesBackAfterALookShowedOursToStand) {
    patch(R"({"a":true})");
    sync();
    patch(R"({"a":false})");
    send();
    clock += 60s;
    reconcile(R"({"a":false})");
    EXPECT_EQ(sent("accepted"), 0);

    reconcile(R"({"a":true})");

    EXPECT_EQ(local(), json(R"({"a":true})"));
}

TEST_F(ReconcileTest, ALookInTheFirstMinuteProvesNothing) {
    patch(R"({"a":{"x":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    send();
    clock += 59s;
    reconcile(R"({"a":{"x":2}})");

    reconcile(R"({"a":{"x":1}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":2}})"));
}

TEST_F(ReconcileTest, DefendsNothingThatAnotherDeviceHasTakenOver) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");
    send();
    reconcile(R"({"a":5})");

    auto const outcome = reconcile(R"({"a":1})");

    EXPECT_EQ(local(), json(R"({"a":1})"));
    EXPECT_THAT(outcome.conflicts, IsEmpty());
}

TEST_F(ReconcileTest, LooksAgainAtWholeObjectsOnlyForTheyAloneTreadOnSiblings) {
    patch(R"({"scalar":1})");
    send();
    EXPECT_EQ(ledger.mirror().backlog().look_at, std::nullopt);

    patch(R"({"object":{"x":1}})");
    EXPECT_EQ(settle(freeze().batch).look_at, clock + 60s);

    clock += 60s;
    reconcile(R"({"scalar":1,"object":{"x":1}})");
    EXPECT_EQ(ledger.mirror().backlog().look_at, std::nullopt);
}

TEST_F(ReconcileTest, LooksAgainAfterAnObjectWasRemovedOrReplaced) {
    patch(R"({"a":{"x":1},"b":{"x":1}})");
    sync();
    reconcile(R"({"a":{"x":1},"b":{"x":1}})");
    erase({"a"});

    EXPECT_EQ(settle(freeze().batch).look_at, clock + 60s);
}

// The value that lost is kept.

TEST_F(ReconcileTest, KeepsOursAsAConflictWhereAnotherDeviceReplacedWhatWasJustAccepted) {
    patch(R"({"a":{"x":1,"y":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    send();

    auto const outcome = reconcile(R"({"a":{"x":3,"y":4}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":3,"y":4}})"));
    EXPECT_THAT(outcome.conflicts,
                ElementsAre(conflict({"a", "x"}, "1", "2", "3", Winner::remote)));
    EXPECT_EQ(number("SELECT count(*) FROM conflict WHERE kept = 'theirs' AND ours = '2'"), 1);
}

TEST_F(ReconcileTest, ReportsAReplacedValueOnce) {
    patch(R"({"a":1})");
    send();
    reconcile(R"({"a":2})");

    EXPECT_THAT(reconcile(R"({"a":3})").conflicts, IsEmpty());
}

TEST_F(ReconcileTest, WhatWasReplacedLongAfterItWasAcceptedIsNoConflict) {
    patch(R"({"a":1})");
    send();
    clock += 10min;

    EXPECT_THAT(reconcile(R"({"a":2})").conflicts, IsEmpty());
}

TEST_F(ReconcileTest, GivesAPendingEditUpAndKeepsItWhenTheRemoteIsToWin) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");

    auto const outcome = reconcile(R"({"a":3})", Winner::remote);

    EXPECT_EQ(local(), json(R"({"a":3})"));
    EXPECT_THAT(freeze().batch, IsEmpty());
    EXPECT_THAT(outcome.conflicts, ElementsAre(conflict({"a"}, "1", "2", "3", Winner::remote)));
    EXPECT_EQ(number("SELECT count(*) FROM conflict WHERE kept = 'theirs'"), 1);
}

TEST_F(ReconcileTest, ALostAnswerIsNoConflictWhoeverWins) {
    patch(R"({"a":1})");
    static_cast<void>(freeze());
    patch(R"({"a":2})");

    auto const outcome = reconcile(R"({"a":1})", Winner::remote);

    EXPECT_EQ(local(), json(R"({"a":2})"));
    EXPECT_THAT(outcome.conflicts, IsEmpty());
}

TEST_F(ReconcileTest, KeepsTheNewestThousandConflicts) {
    Json ours = Json::object();
    Json theirs = Json::object();
    for (int n = 0; n < 1'001; ++n) {
        auto const key = "k" + std::to_string(10'000 + n);
        ours[key] = 1;
        theirs[key] = 2;
    }
    edit(Patch{ours});

    EXPECT_THAT(reconcile(to_text(theirs)).conflicts, SizeIs(1'001));

    EXPECT_EQ(number("SELECT count(*) FROM conflict"), 1'000);
    EXPECT_EQ(number("SELECT count(*) FROM conflict WHERE path = '[\"k10000\"]'"), 0);
}

TEST_F(ReconcileTest, RecordsConflictsByTheWallClock) {
    patch(R"({"a":1})");
    now = 77;

    reconcile(R"({"a":2})");

    EXPECT_EQ(number("SELECT at FROM conflict"), 77);
}

TEST_F(ReconcileTest, FreesARejectedKeyWhoseValueTheMergeChanged) {
    patch(R"({"a":{"x":1}})");
    reject(freeze().batch, {400, "no"});

    reconcile(R"({"a":{"y":1}})");

    EXPECT_THAT(keys(freeze().batch), ElementsAre("a"));
}

}  // namespace
}  // namespace settings::store
