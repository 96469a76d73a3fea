#include "store/journal_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>

#include "store/journal.h"
#include "store/schema.h"
#include "tests/store/ledger_fixture.h"
#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

/// Edits in a history that keeps only so much.
class HistoryTest : public LedgerFixture {
  protected:
    void keep(Retention retention) {
        kept_.emplace(
            connection, [] { return 0; }, retention);
    }

    void edit(std::string const& key, Json value) {
        ASSERT_TRUE(kept_->apply(Patch{{{key, std::move(value)}}}, "test"));
    }

    /// Edits of one key, none of them sent.
    void edits(int count) {
        for (int n = 0; n < count; ++n) edit("a", ++edits_);
    }

    std::int64_t entries() { return number("SELECT count(*) FROM journal"); }
    std::int64_t oldest() { return number("SELECT min(revision) FROM journal"); }
    std::int64_t bytes() {
        return number("SELECT sum(64 + length(app) + length(changes)) FROM journal");
    }

    /// How many steps SQLite's machine takes for the dearest of so many edits.
    std::int64_t steps_of_the_dearest(int count) {
        std::int64_t steps = 0;
        std::int64_t dearest = 0;
        sqlite3_progress_handler(
            connection.handle(), 1,
            [](void* counter) {
                ++*static_cast<std::int64_t*>(counter);
                return 0;
            },
            &steps);
        for (int n = 0; n < count; ++n) {
            steps = 0;
            edits(1);
            dearest = std::max(dearest, steps);
        }
        sqlite3_progress_handler(connection.handle(), 0, nullptr, nullptr);
        return dearest;
    }

    std::optional<Ledger> kept_;
    int edits_ = 0;
};

TEST_F(HistoryTest, IsBoundedByNumberThoughNothingWasEverSent) {
    keep({.revisions = 300});
    edit("unsent", 1);
    edits(1'000);

    EXPECT_EQ(entries(), 300);
    EXPECT_EQ(number("SELECT max(revision) FROM journal"), 1'001);
    EXPECT_EQ(number("SELECT revision FROM pending WHERE key = 'unsent'"), 1);
}

TEST_F(HistoryTest, IsBoundedByNumberBesideARefusedKey) {
    keep({.revisions = 300});
    edit("refused", 1);
    auto const batch = kept_->mirror().freeze({1, 0}, 1'000, clock).batch;
    EXPECT_EQ(kept_->mirror().reject(batch, {400, "no"}, Time::max()).keys, 1U);
    edits(1'000);

    EXPECT_EQ(entries(), 300);
}

TEST_F(HistoryTest, IsBoundedByBytesAfterEachEdit) {
    keep({.bytes = 100'000});
    edits(2'000);
    for (int n = 0; n < 50; ++n) {
        edit("large", std::string(static_cast<std::size_t>(n % 5) * 10'000, char('a' + n % 20)));
        EXPECT_LE(bytes(), 100'000);
    }
}

TEST_F(HistoryTest, KeepsTheNewestRevisionHoweverLargeItIs) {
    keep({.bytes = 1'000});
    edits(20);
    edit("large", std::string(5'000, 'x'));
    EXPECT_EQ(entries(), 1);

    edits(1);
    EXPECT_EQ(entries(), 1);
    EXPECT_EQ(number("SELECT max(revision) FROM journal"), 22);
}

TEST_F(HistoryTest, ThatWasLongerShrinksALittleWithEachEdit) {
    keep({});
    edits(1'000);
    keep({.revisions = 100});

    edits(1);
    EXPECT_GT(entries(), 900);
    edits(100);
    EXPECT_EQ(entries(), 100);
}

TEST_F(HistoryTest, KnowsItsSizeWhenItIsOpenedAgainAndAfterARollback) {
    keep({.bytes = 10'000});
    edits(200);
    auto const size = bytes();
    connection.execute("BEGIN");
    edit("large", std::string(5'000, 'x'));
    connection.execute("ROLLBACK");
    kept_->reload();
    EXPECT_EQ(bytes(), size);

    keep({.bytes = 10'000});
    edits(200);
    EXPECT_LE(bytes(), 10'000);
    EXPECT_GT(bytes(), 9'000);
}

TEST_F(HistoryTest, GoesOnOverAGap) {
    keep({.revisions = 10});
    edits(20);
    connection.execute("DELETE FROM journal WHERE revision BETWEEN 13 AND 15");
    edits(20);

    EXPECT_EQ(entries(), 10);
    EXPECT_EQ(oldest(), 31);
}

TEST_F(HistoryTest, CostsAnEditTheSameHoweverLongItIs) {
    keep({.revisions = 100});
    edit("unsent", 1);
    edits(200);
    auto const shortest = steps_of_the_dearest(600);

    keep({.revisions = 4'000});
    edits(5'000);
    auto const longest = steps_of_the_dearest(600);

    EXPECT_LE(longest, shortest + shortest / 10);
}

TEST_F(HistoryTest, CostsNoMoreWhenItMayNotGetShorter) {
    keep({.revisions = 1'000'000});
    edits(100);
    auto const fresh = steps_of_the_dearest(600);
    edits(4'000);

    EXPECT_LE(steps_of_the_dearest(600), fresh + fresh / 10);
}

TEST_F(HistoryTest, ATimeLongAgoIsFoundToBeTooFarWithoutAWalkThroughAllOfIt) {
    keep({});
    edits(1'000);
    Journal journal{connection};

    EXPECT_EQ(journal.since(0, 100).revisions.size(), 101U);
    EXPECT_TRUE(journal.since(0, 100).reached);
}

}  // namespace
}  // namespace settings::store
