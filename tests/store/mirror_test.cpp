#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

class MirrorTest : public LedgerFixture {};

TEST_F(MirrorTest, FreezesPendingKeysOldestEditFirst) {
    patch(R"({"b":1})");
    patch(R"({"a":1})");
    patch(R"({"c":1})");
    patch(R"({"b":2})");

    auto const frozen = freeze(2, 1'000);

    EXPECT_THAT(keys(frozen.batch), ElementsAre("a", "c"));
    EXPECT_EQ(frozen.backlog.pending, 3U);
}

TEST_F(MirrorTest, AKeyThatCannotBeReadThereIsNeitherSentNorTakenOver) {
    patch(R"({"a":1,"bio":"ours"})");
    sync();
    patch(R"({"bio":"edited"})");

    auto const first = reconcile(R"({"a":2})", Winner::local, Verdict::none, {{"bio", "odd"}});
    auto const again = reconcile(R"({"a":2})", Winner::local, Verdict::none, {{"bio", "odd"}});

    EXPECT_EQ(first.unreadable, (Unreadable{{"bio", "odd"}}));
    EXPECT_EQ(again.unreadable, Unreadable{}) << "told once";
    EXPECT_EQ(local(), json(R"({"a":2,"bio":"edited"})"));
    EXPECT_THAT(freeze().batch, IsEmpty());
    EXPECT_EQ(ledger.mirror().backlog().pending, 0U);

    reconcile(R"({"a":2,"bio":"ours"})");
    EXPECT_THAT(keys(freeze().batch), ElementsAre("bio"));
}

TEST_F(MirrorTest, ARefusedKeyThatCannotBeReadThereIsNotTriedAgain) {
    patch(R"({"bio":"ours"})");
    reject(freeze().batch, {400, "no"}, clock);
    reconcile("{}", Winner::local, Verdict::none, {{"bio", "odd"}});

    EXPECT_THAT(freeze().batch, IsEmpty());
    EXPECT_EQ(ledger.mirror().backlog().next_retry, std::nullopt);

    reconcile("{}");
    EXPECT_THAT(keys(freeze().batch), ElementsAre("bio"));
}

TEST_F(MirrorTest, KeepsABatchWithinItsBytesButNeverEmpty) {
    patch(R"({"a":"0123456789"})");
    patch(R"({"b":"0123456789"})");

    EXPECT_EQ(freeze(10, 1).batch.size(), 1U);
    EXPECT_EQ(freeze(10, 20).batch.size(), 1U);
    EXPECT_EQ(freeze(10, 40).batch.size(), 2U);
}

TEST_F(MirrorTest, FillsABatchToItsLastByte) {
    patch(R"({"a":"0123456789"})");  // 13 bytes: the name and the text of the value
    patch(R"({"b":"0123456789"})");

    EXPECT_EQ(freeze(10, 26).batch.size(), 2U);
    EXPECT_EQ(freeze(10, 25).batch.size(), 1U);
}

TEST_F(MirrorTest, MarksABatchInFlightUntilItIsSettled) {
    patch(R"({"a":1})");
    auto const frozen = freeze(10, 1'000);
    EXPECT_EQ(number("SELECT count(*) FROM sent WHERE state = 'flying'"), 1);

    settle(frozen.batch);

    EXPECT_EQ(number("SELECT count(*) FROM sent WHERE state = 'flying'"), 0);
    EXPECT_EQ(mirror(), json(R"({"a":1})"));
    EXPECT_THAT(freeze(10, 1'000).batch, IsEmpty());
}

TEST_F(MirrorTest, AnEditDuringTheFlightStaysPending) {
    patch(R"({"a":1})");
    auto const frozen = freeze(10, 1'000);
    patch(R"({"a":2})");

    settle(frozen.batch);

    EXPECT_EQ(mirror(), json(R"({"a":1})"));
    auto const next = freeze(10, 1'000);
    ASSERT_THAT(keys(next.batch), ElementsAre("a"));
    EXPECT_EQ(next.batch[0].local, json("2"));
    EXPECT_EQ(next.batch[0].mirror, json("1"));
}

TEST_F(MirrorTest, AnEditThatIsTakenBackSendsNothing) {
    patch(R"({"a":1})");
    sync();

    patch(R"({"a":2})");
    patch(R"({"a":1})");

    EXPECT_THAT(freeze(10, 1'000).batch, IsEmpty());
}

TEST_F(MirrorTest, ARemovalIsPendingUntilTheServerHasItToo) {
    patch(R"({"a":1})");
    sync();
    erase({"a"});

    auto const frozen = freeze(10, 1'000);
    ASSERT_THAT(keys(frozen.batch), ElementsAre("a"));
    EXPECT_EQ(frozen.batch[0].local, std::nullopt);

    settle(frozen.batch);
    EXPECT_EQ(number("SELECT count(*) FROM setting"), 0);
}

TEST_F(MirrorTest, ReconcileTakesRemoteChangesAndKeepsPendingEdits) {
    patch(R"({"a":{"x":1,"y":1},"gone":1})");
    sync();
    patch(R"({"a":{"x":2}})");

    auto const outcome = reconcile(R"({"a":{"x":1,"y":9},"new":5})");

    EXPECT_EQ(local(), json(R"({"a":{"x":2,"y":9},"new":5})"));
    EXPECT_EQ(mirror(), json(R"({"a":{"x":1,"y":9},"new":5})"));
    EXPECT_EQ(outcome.applied, 3U);
    EXPECT_EQ(freeze(10, 1'000).batch.size(), 1U);
    EXPECT_TRUE(outcome.conflicts.empty());
}

TEST_F(MirrorTest, ReconcileJournalsWhatTheServerChangedAsRemote) {
    reconcile(R"({"a":1})");

    EXPECT_EQ(number("SELECT count(*) FROM journal WHERE origin = 'remote'"), 1);
    auto const commit = ledger.take_commit();
    ASSERT_EQ(commit.changes.size(), 1U);
    EXPECT_FALSE(commit.changes[0].by_app);
}

TEST_F(MirrorTest, ReconcileWithWhatIsKnownChangesNothing) {
    patch(R"({"a":1})");
    sync();

    auto const outcome = reconcile(R"({"a":1})");

    EXPECT_EQ(ledger.head(), 1);
    EXPECT_EQ(outcome.applied, 0U);
}

TEST_F(MirrorTest, ReportsALeafThatBothSidesChangedAndKeepsOurs) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");

    auto const outcome = reconcile(R"({"a":3})");

    EXPECT_EQ(local(), json(R"({"a":2})"));
    ASSERT_EQ(outcome.conflicts.size(), 1U);
    EXPECT_EQ(outcome.conflicts[0].theirs, json("3"));
    EXPECT_EQ(freeze(10, 1'000).batch.size(), 1U);
}

TEST_F(MirrorTest, ABatchThatArrivedThoughItsAnswerWasLostIsNoConflict) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");
    static_cast<void>(freeze(10, 1'000));  // sent; the answer is lost
    patch(R"({"a":3})");

    auto const outcome = reconcile(R"({"a":2})");

    EXPECT_TRUE(outcome.conflicts.empty());
    EXPECT_EQ(local(), json(R"({"a":3})"));
    EXPECT_EQ(mirror(), json(R"({"a":2})"));
    EXPECT_EQ(number("SELECT count(*) FROM sent WHERE state = 'flying'"), 0);
}

TEST_F(MirrorTest, ABatchThatArrivedInPartDoesNotUndoAnEditThatTookItBack) {
    patch(R"({"a":{"x":1,"y":1}})");
    sync();
    replace(R"({"a":{"x":2}})");
    static_cast<void>(freeze(10, 1'000));  // a deep server got the PUT, but not the DELETE
    patch(R"({"a":{"x":1}})");

    auto const outcome = reconcile(R"({"a":{"x":2,"y":1}})");

    EXPECT_TRUE(outcome.conflicts.empty());
    EXPECT_EQ(local(), json(R"({"a":{"x":1}})"));
}

TEST_F(MirrorTest, ABatchThatArrivedAndIsStillOursIsSettledByTheLook) {
    patch(R"({"a":1})");
    static_cast<void>(freeze(10, 1'000));

    auto const outcome = reconcile(R"({"a":1})");

    EXPECT_THAT(freeze(10, 1'000).batch, IsEmpty());
    EXPECT_EQ(outcome.applied, 0U);
}

TEST_F(MirrorTest, RejectSetsTheRefusedValuesAsideUntilTheyAreEdited) {
    patch(R"({"bad":1,"good":1})");
    auto const frozen = freeze(10, 1'000);
    Batch const guilty{frozen.batch[0]};

    EXPECT_EQ(reject(guilty, {400, "no such thing"}).keys, 1U);
    EXPECT_THAT(keys(freeze(10, 1'000).batch), ElementsAre("good"));
    EXPECT_EQ(local().at("bad"), 1);

    patch(R"({"bad":2})");
    EXPECT_THAT(keys(freeze(10, 1'000).batch), testing::UnorderedElementsAre("good", "bad"));
}

TEST_F(MirrorTest, RejectSparesWhatWasEditedOrArrivedMeanwhile) {
    patch(R"({"edited":1,"arrived":1})");
    auto const frozen = freeze(10, 1'000);
    patch(R"({"edited":2})");
    reconcile(R"({"arrived":1})");

    EXPECT_EQ(reject(frozen.batch, {400, "no"}).keys, 0U);
    EXPECT_THAT(keys(freeze(10, 1'000).batch), ElementsAre("edited"));
}

TEST_F(MirrorTest, ARejectedValueThatTheServerHasAfterAllIsFreed) {
    patch(R"({"a":1})");
    EXPECT_EQ(reject(freeze(10, 1'000).batch, {400, "no"}).keys, 1U);

    reconcile(R"({"a":1})");

    EXPECT_EQ(number("SELECT count(*) FROM rejected"), 0);
}

TEST_F(MirrorTest, SkipsTheKeysThatAnEarlierBatchTried) {
    patch(R"({"a":1})");
    patch(R"({"b":1})");
    patch(R"({"c":1})");

    EXPECT_THAT(keys(ledger.mirror().freeze({1, 1}, 1'000, clock).batch), ElementsAre("b"));
    EXPECT_THAT(ledger.mirror().freeze({1, 3}, 1'000, clock).batch, IsEmpty());
}

TEST_F(MirrorTest, ARefusedKeyIsTriedAgainWhenItsTimeComes) {
    patch(R"({"a":1})");
    reject(freeze().batch, {400, "no"}, clock + 25s);
    EXPECT_EQ(ledger.mirror().backlog().next_retry, clock + 25s);
    clock += 24s;
    EXPECT_THAT(freeze().batch, IsEmpty());

    clock += 1s;
    auto const frozen = freeze();

    EXPECT_TRUE(frozen.retry);
    ASSERT_THAT(keys(frozen.batch), ElementsAre("a"));
    EXPECT_EQ(frozen.batch[0].refusals, 1U);
    EXPECT_EQ(frozen.backlog.pending, 0U);
}

TEST_F(MirrorTest, CountsHowOftenAValueWasRefused) {
    patch(R"({"a":1})");
    reject(freeze().batch, {400, "no"}, clock);
    reject(freeze().batch, {400, "still no"}, clock);
    EXPECT_EQ(freeze().batch.at(0).refusals, 2U);

    patch(R"({"a":2})");
    reject(freeze().batch, {400, "no"}, clock);

    EXPECT_EQ(freeze().batch.at(0).refusals, 1U);
}

TEST_F(MirrorTest, TriesRefusedKeysOneByOneTheLongestDueFirst) {
    patch(R"({"a":1})");
    reject(freeze().batch, {400, "no"}, clock - 1s);
    patch(R"({"b":1})");
    reject(freeze().batch, {400, "no"}, clock - 2s);

    EXPECT_THAT(keys(freeze().batch), ElementsAre("b"));
}

TEST_F(MirrorTest, NoRefusedKeySpoilsABatch) {
    patch(R"({"bad":1})");
    reject(freeze().batch, {400, "no"}, clock);
    patch(R"({"good":1})");

    auto const frozen = freeze();

    EXPECT_FALSE(frozen.retry);
    EXPECT_THAT(keys(frozen.batch), ElementsAre("good"));
    EXPECT_THAT(ledger.mirror().freeze({1, 1}, 1'000, clock).batch, IsEmpty());
}

TEST_F(MirrorTest, ARefusedValueThatTheServerTookAfterAllIsFree) {
    patch(R"({"a":1})");
    reject(freeze().batch, {400, "no"}, clock);

    auto const left = settle(freeze().batch);

    EXPECT_EQ(left.next_retry, std::nullopt);
    EXPECT_EQ(number("SELECT count(*) FROM rejected"), 0);
}

TEST_F(MirrorTest, ToFreezeAgainSaysThatTheServerHasAnsweredToTheLastBatch) {
    patch(R"({"a":1,"b":1})");
    static_cast<void>(freeze());

    static_cast<void>(freeze(1));

    EXPECT_EQ(number("SELECT count(*) FROM sent WHERE NOT answered"), 1);
}

/// A removal whose dotted path the server could read as another value's.
class UnclearRemovalTest : public MirrorTest {
  protected:
    /// What is unclear about going from one document to another.
    std::vector<std::string> unclear(std::string_view from, std::string_view to) {
        replace(from);
        sync();
        replace(to);
        std::vector<std::string> paths;
        for (auto const& pending : freeze().batch) paths.push_back(pending.unclear);
        return paths;
    }
};

TEST_F(UnclearRemovalTest, AKeyWithADotWhileItsNamesLeadElsewhere) {
    EXPECT_THAT(unclear(R"({"a.b":1,"a":{"b":2}})", R"({"a":{"b":2}})"), ElementsAre("a.b"));
}

TEST_F(UnclearRemovalTest, AMemberWhileAKeyHasItsDottedName) {
    EXPECT_THAT(unclear(R"({"a.b":1,"a":{"b":2}})", R"({"a.b":1,"a":{}})"), ElementsAre("a.b"));
}

TEST_F(UnclearRemovalTest, NestedNamesWithDots) {
    EXPECT_THAT(unclear(R"({"a":{"b.c":1,"b":{"c":2}}})", R"({"a":{"b":{"c":2}}})"),
                ElementsAre("a.b.c"));
    EXPECT_THAT(unclear(R"({"a":{"b.c":1},"a.b":{"c":2}})", R"({"a":{},"a.b":{"c":2}})"),
                ElementsAre("a.b.c"));
}

TEST_F(UnclearRemovalTest, AMemberWhileTheSameBatchBringsAKeyOfItsDottedName) {
    EXPECT_THAT(unclear(R"({"a":{"b":1}})", R"({"a":{},"a.b":2})"),
                testing::UnorderedElementsAre("a.b", ""));
}

TEST_F(UnclearRemovalTest, TheKeyInTheWayIsTheShorterOneAndWithoutItTheRemovalIsClear) {
    replace(R"({"org.x.a":1,"org.x":{"a":2}})");
    sync();
    replace(R"({"org.x":{"a":2}})");
    EXPECT_EQ(freeze().batch.front().in_the_way, "org.x");

    replace("{}");
    for (auto const& pending : freeze().batch)
        EXPECT_EQ(pending.unclear, pending.key == "org.x" ? "" : "org.x.a");
    reconcile(R"({"org.x.a":1})");
    EXPECT_EQ(freeze().batch.front().unclear, "");
}

TEST_F(UnclearRemovalTest, NotWhatHasOneReading) {
    EXPECT_THAT(unclear(R"({"a.b":1,"a":{"c":2},"d":{"e.f":3}})", R"({"a":{},"d":{}})"),
                ElementsAre("", "", ""));
}

TEST_F(UnclearRemovalTest, NotAChangeOfValueForItIsNoRemoval) {
    EXPECT_THAT(unclear(R"({"a.b":1,"a":{"b":2}})", R"({"a.b":3,"a":{"b":4}})"),
                ElementsAre("", ""));
}

}  // namespace
}  // namespace settings::store
