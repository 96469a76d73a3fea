#include "store/journal.h"

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class JournalTest : public LedgerFixture {
  protected:
    /// One edit by that app, `seconds` after the one before.
    void edit_after(std::int64_t seconds, std::string const& app) {
        now += seconds * 1'000;
        auto const value = ++edits_;
        ASSERT_TRUE(ledger.apply(Patch{Json{{"key", value}}}, app));
    }

    static std::vector<Revision> revisions(std::vector<JournalEntry> const& entries) {
        std::vector<Revision> list;
        for (auto const& entry : entries) list.push_back(entry.revision);
        return list;
    }

    Journal journal{connection};

  private:
    int edits_ = 0;
};

TEST_F(JournalTest, TellsWhoChangedWhatAndWhen) {
    patch(R"({"a":{"x":1}})");
    now = 5'000;
    patch(R"({"a":{"x":2}})");

    auto const entry = journal.find(2);

    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->revision, 2);
    EXPECT_EQ(entry->at, 5'000);
    EXPECT_EQ(entry->origin, Origin::app);
    EXPECT_EQ(entry->app, "test");
    EXPECT_EQ(to_json(entry->read_changes()), json(R"([{"path":["a","x"],"old":1,"new":2}])"));
    EXPECT_FALSE(journal.find(3));
}

TEST_F(JournalTest, TellsOfTheServerAsOrigin) {
    reconcile(R"({"a":1})");

    EXPECT_EQ(journal.find(1)->origin, Origin::remote);
}

TEST_F(JournalTest, EachOriginIsReadAsItIsWritten) {
    for (auto const origin : {Origin::app, Origin::undo, Origin::remote, Origin::recovery})
        EXPECT_EQ(origin_named(name_of(origin)), origin) << name_of(origin);
}

TEST_F(JournalTest, AnOriginThatNobodyWritesIsDamage) {
    patch(R"({"a":1})");
    connection.execute("UPDATE journal SET origin = 'nobody'");

    EXPECT_THROW(static_cast<void>(journal.find(1)), SqliteError);
}

TEST_F(JournalTest, ReadsOnFromACursor) {
    for (int i = 0; i < 5; ++i) edit_after(1, "test");

    EXPECT_THAT(revisions(journal.after(0, 5, {2, 1'000'000})), ElementsAre(1, 2));
    EXPECT_THAT(revisions(journal.after(2, 4, {9, 1'000'000})), ElementsAre(3, 4));
    EXPECT_THAT(revisions(journal.after(5, 5, {9, 1'000'000})), IsEmpty());
}

TEST_F(JournalTest, ReadsBackFromTheNewest) {
    for (int i = 0; i < 5; ++i) edit_after(1, "test");

    EXPECT_THAT(revisions(journal.before(0, 5, {2, 1'000'000})), ElementsAre(5, 4));
    EXPECT_THAT(revisions(journal.before(3, 5, {9, 1'000'000})), ElementsAre(5, 4));
}

TEST_F(JournalTest, StopsAtManyBytesButReadsAtLeastOneEntry) {
    for (int i = 0; i < 5; ++i)
        patch(R"({"a":")" + std::string(1'000, 'x') + char('a' + i) + "\"}");

    EXPECT_THAT(revisions(journal.after(0, 5, {9, 1})), ElementsAre(1));
    EXPECT_THAT(revisions(journal.before(0, 5, {9, 3'000})), ElementsAre(5, 4));
}

TEST_F(JournalTest, PassesOverWhatCannotConcernAPath) {
    for (auto const* document :
         {R"({"a":{"x":1}})", R"({"b":1})", R"({"ab":1})", R"({"a.x":1})", R"({"q\"q":{"x":1}})"})
        patch(document);

    // By the beginning of the first name: the exact look is excerpt()'s.
    EXPECT_THAT(revisions(journal.after(0, 9, {9, 1'000'000}, "a.x")), ElementsAre(1, 3, 4));
    EXPECT_THAT(revisions(journal.before(0, 9, {9, 1'000'000}, "b")), ElementsAre(2));
    EXPECT_THAT(revisions(journal.after(0, 9, {9, 1'000'000}, "q\"q.x")), ElementsAre(5));
}

TEST_F(JournalTest, KnowsItsOldestRevision) {
    EXPECT_EQ(journal.oldest(), 0);
    edit_after(1, "test");
    edit_after(1, "test");
    connection.execute("DELETE FROM journal WHERE revision = 1");

    EXPECT_EQ(journal.oldest(), 2);
}

TEST_F(JournalTest, FindsWhatHappenedSinceATime) {
    for (int i = 0; i < 4; ++i) edit_after(10, "test");  // at 11, 21, 31 and 41 s

    auto const since = journal.since(31'000, 100);

    EXPECT_THAT(since.revisions, ElementsAre(4, 3));
    EXPECT_TRUE(since.reached);
    EXPECT_THAT(journal.since(0, 100).revisions, ElementsAre(4, 3, 2, 1));
    EXPECT_TRUE(journal.since(0, 100).reached);
}

TEST_F(JournalTest, SaysWhenItDoesNotReachBackToATime) {
    edit_after(10, "test");
    edit_after(10, "test");
    connection.execute("DELETE FROM journal WHERE revision = 1");

    EXPECT_FALSE(journal.since(0, 100).reached);
    EXPECT_FALSE(journal.since(21'000, 100).reached);
    EXPECT_TRUE(journal.since(21'001, 100).reached);
}

TEST_F(JournalTest, AClockThatWasAheadLongAgoTakesNothingIn) {
    edit_after(1'000'000, "test");
    edit_after(-999'990, "test");
    edit_after(10, "test");

    EXPECT_THAT(journal.since(20'000, 100).revisions, ElementsAre(3));
}

TEST_F(JournalTest, ABurstIsWhatOneAppDidWithoutAPause) {
    edit_after(10, R"({"executable":"/bin/a","pid":1})");
    edit_after(10, R"({"executable":"/bin/a","pid":2})");
    edit_after(1, R"({"executable":"/bin/b","pid":3})");
    edit_after(4, R"({"executable":"/bin/a","pid":4})");
    edit_after(5, R"({"executable":"/bin/a","pid":5})");
    edit_after(6, R"({"executable":"/bin/a","pid":6})");

    EXPECT_THAT(journal.burst(4, 5'000), ElementsAre(5, 4, 2));
    EXPECT_THAT(journal.burst(2, 5'000), ElementsAre(5, 4, 2));
    EXPECT_THAT(journal.burst(3, 5'000), ElementsAre(3));
    EXPECT_THAT(journal.burst(7, 5'000), IsEmpty());
}

TEST_F(JournalTest, AnUndoIsNoPartOfTheBurstThatItFollows) {
    edit_after(1, "test");
    ASSERT_TRUE(ledger.undo({Undo::One{1}}, "test"));

    EXPECT_THAT(journal.burst(1, 5'000), ElementsAre(1));
}

}  // namespace
}  // namespace settings::store
