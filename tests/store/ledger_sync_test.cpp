#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LedgerSyncTest : public LedgerFixture {};

TEST_F(LedgerSyncTest, FreezesPendingKeysOldestEditFirst) {
    patch(R"({"b":1})");
    patch(R"({"a":1})");
    patch(R"({"c":1})");
    patch(R"({"b":2})");

    auto const frozen = ledger.freeze(2, 1'000);

    EXPECT_THAT(keys(frozen.batch), ElementsAre("a", "c"));
    EXPECT_TRUE(frozen.more);
    EXPECT_FALSE(ledger.freeze(3, 1'000).more);
}

TEST_F(LedgerSyncTest, KeepsABatchWithinItsBytesButNeverEmpty) {
    patch(R"({"a":"0123456789"})");
    patch(R"({"b":"0123456789"})");

    EXPECT_EQ(ledger.freeze(10, 1).batch.size(), 1U);
    EXPECT_EQ(ledger.freeze(10, 20).batch.size(), 1U);
    EXPECT_EQ(ledger.freeze(10, 40).batch.size(), 2U);
}

TEST_F(LedgerSyncTest, MarksABatchInFlightUntilItIsSettled) {
    patch(R"({"a":1})");
    auto const frozen = ledger.freeze(10, 1'000);
    EXPECT_EQ(number("SELECT count(*) FROM in_flight"), 1);

    ledger.settle(frozen.batch);

    EXPECT_EQ(number("SELECT count(*) FROM in_flight"), 0);
    EXPECT_EQ(mirror(), json(R"({"a":1})"));
    EXPECT_THAT(ledger.freeze(10, 1'000).batch, IsEmpty());
}

TEST_F(LedgerSyncTest, AnEditDuringTheFlightStaysPending) {
    patch(R"({"a":1})");
    auto const frozen = ledger.freeze(10, 1'000);
    patch(R"({"a":2})");

    ledger.settle(frozen.batch);

    EXPECT_EQ(mirror(), json(R"({"a":1})"));
    auto const next = ledger.freeze(10, 1'000);
    ASSERT_THAT(keys(next.batch), ElementsAre("a"));
    EXPECT_EQ(next.batch[0].local, json("2"));
    EXPECT_EQ(next.batch[0].mirror, json("1"));
}

TEST_F(LedgerSyncTest, AnEditThatIsTakenBackSendsNothing) {
    patch(R"({"a":1})");
    sync();

    patch(R"({"a":2})");
    patch(R"({"a":1})");

    EXPECT_THAT(ledger.freeze(10, 1'000).batch, IsEmpty());
}

TEST_F(LedgerSyncTest, ARemovalIsPendingUntilTheServerHasItToo) {
    patch(R"({"a":1})");
    sync();
    erase({"a"});

    auto const frozen = ledger.freeze(10, 1'000);
    ASSERT_THAT(keys(frozen.batch), ElementsAre("a"));
    EXPECT_EQ(frozen.batch[0].local, std::nullopt);

    ledger.settle(frozen.batch);
    EXPECT_EQ(number("SELECT count(*) FROM setting"), 0);
}

TEST_F(LedgerSyncTest, ReconcileTakesRemoteChangesAndKeepsPendingEdits) {
    patch(R"({"a":{"x":1,"y":1},"gone":1})");
    sync();
    patch(R"({"a":{"x":2}})");

    auto const outcome = ledger.reconcile(json(R"({"a":{"x":1,"y":9},"new":5})"));

    EXPECT_EQ(local(), json(R"({"a":{"x":2,"y":9},"new":5})"));
    EXPECT_EQ(mirror(), json(R"({"a":{"x":1,"y":9},"new":5})"));
    EXPECT_EQ(outcome.applied, 3U);
    EXPECT_EQ(ledger.freeze(10, 1'000).batch.size(), 1U);
    EXPECT_TRUE(outcome.conflicts.empty());
}

TEST_F(LedgerSyncTest, ReconcileJournalsWhatTheServerChangedAsRemote) {
    ledger.reconcile(json(R"({"a":1})"));

    EXPECT_EQ(number("SELECT count(*) FROM journal WHERE origin = 'remote'"), 1);
    auto const commit = ledger.take_commit();
    ASSERT_EQ(commit.changes.size(), 1U);
    EXPECT_FALSE(commit.changes[0].by_app);
}

TEST_F(LedgerSyncTest, ReconcileWithWhatIsKnownChangesNothing) {
    patch(R"({"a":1})");
    sync();

    auto const outcome = ledger.reconcile(json(R"({"a":1})"));

    EXPECT_EQ(ledger.head(), 1);
    EXPECT_EQ(outcome.applied, 0U);
}

TEST_F(LedgerSyncTest, ReportsALeafThatBothSidesChangedAndKeepsOurs) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");

    auto const outcome = ledger.reconcile(json(R"({"a":3})"));

    EXPECT_EQ(local(), json(R"({"a":2})"));
    ASSERT_EQ(outcome.conflicts.size(), 1U);
    EXPECT_EQ(outcome.conflicts[0].theirs, json("3"));
    EXPECT_EQ(ledger.freeze(10, 1'000).batch.size(), 1U);
}

TEST_F(LedgerSyncTest, ABatchThatArrivedThoughItsAnswerWasLostIsNoConflict) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");
    static_cast<void>(ledger.freeze(10, 1'000));  // sent; the answer is lost
    patch(R"({"a":3})");

    auto const outcome = ledger.reconcile(json(R"({"a":2})"));

    EXPECT_TRUE(outcome.conflicts.empty());
    EXPECT_EQ(local(), json(R"({"a":3})"));
    EXPECT_EQ(mirror(), json(R"({"a":2})"));
    EXPECT_EQ(number("SELECT count(*) FROM in_flight"), 0);
}

TEST_F(LedgerSyncTest, ABatchThatArrivedAndIsStillOursIsSettledByTheLook) {
    patch(R"({"a":1})");
    static_cast<void>(ledger.freeze(10, 1'000));

    auto const outcome = ledger.reconcile(json(R"({"a":1})"));

    EXPECT_THAT(ledger.freeze(10, 1'000).batch, IsEmpty());
    EXPECT_EQ(outcome.applied, 0U);
}

TEST_F(LedgerSyncTest, RejectSetsTheRefusedValuesAsideUntilTheyAreEdited) {
    patch(R"({"bad":1,"good":1})");
    auto const frozen = ledger.freeze(10, 1'000);
    Batch const guilty{frozen.batch[0]};

    EXPECT_EQ(ledger.reject(guilty, {400, "no such thing"}), 1U);
    EXPECT_THAT(keys(ledger.freeze(10, 1'000).batch), ElementsAre("good"));
    EXPECT_EQ(local().at("bad"), 1);

    patch(R"({"bad":2})");
    EXPECT_THAT(keys(ledger.freeze(10, 1'000).batch), testing::UnorderedElementsAre("good", "bad"));
}

TEST_F(LedgerSyncTest, RejectSparesWhatWasEditedOrArrivedMeanwhile) {
    patch(R"({"edited":1,"arrived":1})");
    auto const frozen = ledger.freeze(10, 1'000);
    patch(R"({"edited":2})");
    ledger.reconcile(json(R"({"arrived":1})"));

    EXPECT_EQ(ledger.reject(frozen.batch, {400, "no"}), 0U);
    EXPECT_THAT(keys(ledger.freeze(10, 1'000).batch), ElementsAre("edited"));
}

TEST_F(LedgerSyncTest, ARejectedValueThatTheServerHasAfterAllIsFreed) {
    patch(R"({"a":1})");
    EXPECT_EQ(ledger.reject(ledger.freeze(10, 1'000).batch, {400, "no"}), 1U);

    ledger.reconcile(json(R"({"a":1})"));

    EXPECT_EQ(number("SELECT count(*) FROM rejected"), 0);
}

TEST_F(LedgerSyncTest, TheDirtyKeysAreFoundWithoutAScanOfAllKeys) {
    Statement plan{connection,
                   "EXPLAIN QUERY PLAN SELECT key FROM setting WHERE local IS NOT mirror ORDER BY "
                   "revision LIMIT 5"};
    auto rows = plan.query();
    ASSERT_TRUE(rows.next());

    EXPECT_THAT(std::string{rows.text(3)}, testing::HasSubstr("setting_dirty"));
}

}  // namespace
}  // namespace settings::store
