#include "store/take_back.h"

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TakeBackTest : public LedgerFixture {
  protected:
    Undone undo(Undo const& order) { return ledger.undo(order, "test").value(); }

    Errc refusal_of(Undo const& order) {
        auto const undone = ledger.undo(order, "test");
        EXPECT_FALSE(undone);
        return undone.error().code();
    }
};

TEST_F(TakeBackTest, PutsBackWhatOneChangeReplacedAddedAndRemoved) {
    replace(R"({"a":{"x":1,"y":1},"gone":1})");
    replace(R"({"a":{"x":2,"y":1},"new":{"z":1}})");

    auto const undone = undo({Undo::One{2}});

    EXPECT_EQ(undone.revision, 3);
    EXPECT_THAT(undone.revisions, ElementsAre(2));
    EXPECT_EQ(local(), json(R"({"a":{"x":1,"y":1},"gone":1})"));
}

TEST_F(TakeBackTest, TheNewestEditIsTakenBackAndThenTheOneBeforeIt) {
    for (auto const* edit : {R"({"a":1})", R"({"a":2})", R"({"a":3})"}) patch(edit);

    EXPECT_THAT(undo({Undo::Newest{}}).revisions, ElementsAre(3));
    EXPECT_THAT(undo({Undo::Newest{}}).revisions, ElementsAre(2));
    EXPECT_EQ(local(), json(R"({"a":1})"));
    patch(R"({"a":4})");
    EXPECT_THAT(undo({Undo::Newest{}}).revisions, ElementsAre(6)) << "what is newer goes first";
    EXPECT_THAT(undo({Undo::Newest{}}).revisions, ElementsAre(1));
    EXPECT_EQ(local(), json("{}"));
    EXPECT_EQ(refusal_of({Undo::Newest{}}), Errc::not_found);
}

TEST_F(TakeBackTest, AnUndoThatIsTakenBackHasTakenNothingBack) {
    patch(R"({"a":1})");
    patch(R"({"a":2})");
    undo({Undo::Newest{}});
    undo({Undo::One{3}});
    ASSERT_EQ(local(), json(R"({"a":2})"));

    EXPECT_THAT(undo({Undo::Newest{}}).revisions, ElementsAre(2));
    EXPECT_THAT(undo({Undo::Newest{}}).revisions, ElementsAre(1));
}

TEST_F(TakeBackTest, TheNewestEditIsOneOfAnAppHere) {
    patch(R"({"a":1})");
    sync();
    reconcile(R"({"a":1,"b":1})");
    undo({Undo::Newest{}});

    EXPECT_EQ(local(), json(R"({"b":1})"));
    EXPECT_EQ(refusal_of({Undo::Newest{}}), Errc::not_found);
}

TEST_F(TakeBackTest, WhatManyWereTakenBackAtOnceIsNotTakenBackAgain) {
    for (auto const* edit : {R"({"a":1})", R"({"b":1})", R"({"c":1})", R"({"d":1})"}) patch(edit);
    now += 60'000;
    patch(R"({"e":1})");
    undo({Undo::Since{now}});
    EXPECT_EQ(undo({Undo::Burst{3}}).revisions.size(), 4U);

    EXPECT_EQ(local(), json("{}"));
    EXPECT_EQ(refusal_of({Undo::Newest{}}), Errc::not_found);
}

TEST_F(TakeBackTest, AnUndoOfAnEarlierVersionIsNoEdit) {
    patch(R"({"a":1})");
    patch(R"({"a":2})");
    undo({Undo::One{2}});
    connection.execute("UPDATE journal SET app = '{\"pid\":1}' WHERE revision = 3");

    EXPECT_EQ(refusal_of({Undo::Newest{}}), Errc::conflict) << "and nothing is overwritten";
}

TEST_F(TakeBackTest, TellsWhatItChangesAndChangesNothingWhenOnlyAsked) {
    patch(R"({"a":{"x":1},"b":1})");
    patch(R"({"a":{"x":2},"c":1})");
    Undo order{Undo::Newest{}};
    order.dry_run = true;
    ChangeSet const changes{{{"a", "x"}, 2, 1}, {{"c"}, 1, std::nullopt}};

    auto const preview = undo(order);

    EXPECT_EQ(preview.changes, changes);
    EXPECT_EQ(preview.revision, 2);
    EXPECT_EQ(ledger.head(), 2);
    EXPECT_EQ(local(), json(R"({"a":{"x":2},"b":1,"c":1})"));
    order.dry_run = false;
    EXPECT_EQ(undo(order).changes, changes);
}

TEST_F(TakeBackTest, LeavesAloneWhatOthersChangedSince) {
    patch(R"({"a":{"x":1}})");
    patch(R"({"a":{"x":2}})");
    patch(R"({"a":{"y":3},"b":4})");

    undo({Undo::One{2}});

    EXPECT_EQ(local(), json(R"({"a":{"x":1,"y":3},"b":4})"));
}

TEST_F(TakeBackTest, RefusesToOverwriteALaterChangeOfTheSameValue) {
    patch(R"({"a":{"x":1}})");
    patch(R"({"a":{"x":2},"b":1})");
    patch(R"({"a":{"x":3}})");

    auto const refused = ledger.undo({Undo::One{2}}, "test");

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::conflict);
    EXPECT_THAT(refused.error().message(),
                HasSubstr("\"a.x\" was changed again since, by an app in revision 3: "
                          "\"settingsctl undo 3\" first, or force it (--force)"));
    EXPECT_EQ(ledger.head(), 3);
    EXPECT_EQ(local(), json(R"({"a":{"x":3},"b":1})"));
}

TEST_F(TakeBackTest, NamesWhatIsToBeUndoneFirst) {
    patch(R"({"a.b":{"x":1},"a":1})");
    patch(R"({"a.b":{"x":2},"a":1})");
    sync();
    reconcile(R"({"a.b":{"x":3},"a":1})");
    patch(R"({"a":2})");
    patch(R"({"a.b":{"y":4}})");

    auto const refused = ledger.undo({Undo::One{2}}, "test");

    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(),
                HasSubstr(", by another device in revision 3: \"settingsctl undo 3\" first"));
}

TEST_F(TakeBackTest, WhatIsTakenBackIsNotNamedAsInTheWay) {
    patch(R"({"a":1})");
    patch(R"({"a":2})");
    ASSERT_TRUE(ledger.apply(Patch{json(R"({"a":3})")}, "another app"));
    patch(R"({"a":4})");
    auto const named_3 = HasSubstr("in revision 3: \"settingsctl undo 3\"");

    EXPECT_THAT(ledger.undo({Undo::Burst{2}}, "test").error().message(), named_3);

    undo({Undo::One{4}});
    EXPECT_THAT(ledger.undo({Undo::One{2}}, "test").error().message(), named_3);
}

TEST_F(TakeBackTest, OverwritesALaterChangeWhenForced) {
    patch(R"({"a":{"x":1}})");
    patch(R"({"a":{"x":2}})");
    patch(R"({"a":{"x":3,"y":3}})");

    undo({Undo::One{2}, /*force=*/true});

    EXPECT_EQ(local(), json(R"({"a":{"x":1,"y":3}})"));
}

TEST_F(TakeBackTest, NothingIsOverwrittenThatTheChangeHadNothingToDoWith) {
    patch(R"({"a":{"b":1}})");
    patch(R"({"a":{"b":2}})");
    patch(R"({"a":"precious"})");

    EXPECT_EQ(refusal_of({Undo::One{2}, /*force=*/true}), Errc::conflict);
    EXPECT_EQ(local(), json(R"({"a":"precious"})"));
}

TEST_F(TakeBackTest, RefusesMoreThanOthersCanWaitFor) {
    for (int i = 0; i < 10; ++i) patch(R"({"a":")" + std::string(1'000'000, char('a' + i)) + "\"}");

    EXPECT_EQ(refusal_of({Undo::Since{0}}), Errc::too_large);
    EXPECT_EQ(undo({Undo::One{10}}).revisions.size(), 1U);
}

TEST_F(TakeBackTest, TellsWhichKeysItTouched) {
    patch(R"({"a":1,"b":1,"c":1})");
    patch(R"({"a":2,"c":2})");

    EXPECT_THAT(undo({Undo::One{2}}).keys, testing::UnorderedElementsAre("a", "c"));
}

TEST_F(TakeBackTest, AValueThatWasChangedAndChangedBackIsNoObstacle) {
    patch(R"({"a":1})");
    patch(R"({"a":2})");
    patch(R"({"a":3})");
    patch(R"({"a":2})");

    undo({Undo::One{2}});

    EXPECT_EQ(local(), json(R"({"a":1})"));
}

TEST_F(TakeBackTest, AnUndoCanBeUndone) {
    patch(R"({"a":1})");
    patch(R"({"a":2,"b":{"c":1}})");
    undo({Undo::One{2}});
    undo({Undo::One{3}});

    EXPECT_EQ(local(), json(R"({"a":2,"b":{"c":1}})"));
    undo({Undo::One{4}});
    EXPECT_EQ(local(), json(R"({"a":1})"));
}

TEST_F(TakeBackTest, TakesBackABurstAndNothingOfOtherAppsBetween) {
    patch(R"({"a":1})");
    now += 60'000;
    patch(R"({"a":2})");
    ASSERT_TRUE(ledger.apply(Patch{json(R"({"other":1})")}, "another app"));
    patch(R"({"a":3,"b":1})");

    EXPECT_EQ(undo({Undo::Burst{4}}).revisions.size(), 2U);

    EXPECT_EQ(local(), json(R"({"a":1,"other":1})"));
}

TEST_F(TakeBackTest, WhatIsTakenBackAlreadyIsPassedOverInABurst) {
    for (auto const* edit : {R"({"a":1})", R"({"a":2})", R"({"a":3})"}) patch(edit);
    undo({Undo::Newest{}});
    patch(R"({"b":1})");

    EXPECT_THAT(undo({Undo::Newest{.burst = true}}).revisions, ElementsAre(5, 2, 1));

    EXPECT_EQ(local(), json("{}"));
    EXPECT_EQ(refusal_of({Undo::Burst{2}}), Errc::conflict);
}

TEST_F(TakeBackTest, RefusesABurstWhoseValueAnotherAppChangedBetween) {
    patch(R"({"a":2})");
    ASSERT_TRUE(ledger.apply(Patch{json(R"({"a":9})")}, "another app"));
    patch(R"({"a":3})");

    EXPECT_EQ(refusal_of({Undo::Burst{1}}), Errc::conflict);
}

TEST_F(TakeBackTest, TakesBackEverythingSinceATimeWhoeverItWas) {
    patch(R"({"a":1})");
    sync();
    now += 60'000;
    auto const moment = now;
    patch(R"({"a":2})");
    reconcile(R"({"a":1,"far":1})");
    erase({"a"});

    EXPECT_EQ(undo({Undo::Since{moment}}).revisions.size(), 3U);

    EXPECT_EQ(local(), json(R"({"a":1})"));
}

TEST_F(TakeBackTest, NothingSinceATimeIsNoEdit) {
    patch(R"({"a":1})");

    EXPECT_EQ(undo({Undo::Since{now + 1}}).revision, 1);
}

TEST_F(TakeBackTest, SaysWhenTheHistoryDoesNotHaveIt) {
    patch(R"({"a":1})");
    patch(R"({"a":2})");
    connection.execute("DELETE FROM journal WHERE revision = 1");

    EXPECT_EQ(refusal_of({Undo::One{1}}), Errc::not_found);
    EXPECT_EQ(refusal_of({Undo::Burst{7}}), Errc::not_found);
    EXPECT_EQ(refusal_of({Undo::Since{0}}), Errc::not_found);
}

TEST_F(TakeBackTest, IsAnEditLikeAnyOther) {
    patch(R"({"a":1})");
    send();
    patch(R"({"a":2})");
    send();
    static_cast<void>(ledger.take_commit());
    undo({Undo::One{2}});

    auto const commit = ledger.take_commit();
    ASSERT_EQ(commit.changes.size(), 1U);
    EXPECT_TRUE(commit.changes[0].by_app);
    EXPECT_THAT(keys(freeze().batch), testing::ElementsAre("a"));
    EXPECT_EQ(
        number("SELECT count(*) FROM journal WHERE origin = 'undo' AND app LIKE '%\"test\"%'"), 1);
}

}  // namespace
}  // namespace settings::store
