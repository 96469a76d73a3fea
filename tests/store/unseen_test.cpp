// Values that the server accepted and does not show: because a replica lags behind, or because it
// does not keep them.

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class UnseenTest : public LedgerFixture {
  protected:
    std::size_t pending() { return ledger.mirror().backlog().pending; }
    std::optional<Time> look_at() { return ledger.mirror().backlog().look_at; }

    /// Time passes, with all the looks that are due; each shows `remote`. Returns what was not
    /// kept.
    std::vector<std::string> wait(Time time, std::string_view remote) {
        std::vector<std::string> not_kept;
        auto const end = clock + time;
        while (look_at().value_or(end) < end) {
            clock = *look_at();
            for (auto& key : keys(reconcile(remote).not_kept)) not_kept.push_back(key);
        }
        clock = end;
        for (auto& key : keys(reconcile(remote).not_kept)) not_kept.push_back(key);
        return not_kept;
    }

    /// The server accepts all that is pending, twice, and shows `remote`; the keys it did not keep.
    Batch accept_in_vain(std::string_view remote) {
        send();
        EXPECT_THAT(wait(2min - 1s, remote), IsEmpty());
        EXPECT_EQ(pending(), 0U);
        clock += 1s;
        EXPECT_THAT(reconcile(remote).not_kept, IsEmpty());
        EXPECT_GT(pending(), 0U) << "sent once more";
        send();
        EXPECT_THAT(wait(2min - 1s, remote), IsEmpty());
        clock += 1s;
        return reconcile(remote).not_kept;
    }
};

TEST_F(UnseenTest, AKeyThatTheServerDoesNotKeepStaysHereAndIsSetAsideAfterASecondTry) {
    patch(R"({"theme":"light"})");
    sync();
    patch(R"({"theme":"dark","myapp":1})");

    auto const not_kept = accept_in_vain(R"({"theme":"dark"})");

    EXPECT_THAT(keys(not_kept), ElementsAre("myapp"));
    EXPECT_EQ(not_kept.front().local, 1);
    EXPECT_EQ(reject(not_kept, {200, "not kept"}, clock + 25s).keys, 1U);
    EXPECT_EQ(local(), json(R"({"theme":"dark","myapp":1})"));
    EXPECT_EQ(pending(), 0U);
    EXPECT_EQ(number("SELECT count(*) FROM conflict"), 0);
}

TEST_F(UnseenTest, WhatIsSentOnceMoreIsLookedAtAtOnceAndGivenUpWhenItWasSeenAndIsGoneAgain) {
    patch(R"({"theme":"light"})");
    sync();
    patch(R"({"theme":"dark"})");
    send();
    clock += 3min;
    reconcile(R"({"theme":"light"})");
    send();

    EXPECT_EQ(look_at(), clock);
    reconcile(R"({"theme":"dark"})");
    clock += 3min;

    EXPECT_THAT(reconcile(R"({"theme":"light"})").not_kept, IsEmpty());
    EXPECT_EQ(local().at("theme"), "light");
}

TEST_F(UnseenTest, AReplicaThatShowsTheValueOfOursBeforeTheNewestLagsBehind) {
    patch(R"({"app":{"size":1}})");
    send();
    clock += 3min;
    patch(R"({"app":{"size":1,"color":2}})");
    send();

    reconcile(R"({"app":{"size":1}})");

    EXPECT_EQ(pending(), 0U);
    EXPECT_EQ(look_at(), clock + 5s);
}

TEST_F(UnseenTest, WhatALookHasMissedIsSentOnceMoreHoweverLateTheNextLookIs) {
    patch(R"({"theme":"light"})");
    send();
    patch(R"({"theme":"dark"})");
    send();
    clock += 20s;
    reconcile(R"({"theme":"light"})");

    clock += 7h;
    reconcile(R"({"theme":"light"})");

    EXPECT_EQ(local().at("theme"), "dark");
    EXPECT_EQ(pending(), 1U);
}

TEST_F(UnseenTest, AValueThatTheServerDoesNotChangeStaysHereToo) {
    patch(R"({"locked":1,"other":1})");
    sync();
    patch(R"({"locked":2})");

    EXPECT_THAT(keys(accept_in_vain(R"({"locked":1,"other":1})")), ElementsAre("locked"));
    EXPECT_EQ(local().at("locked"), 2);
}

TEST_F(UnseenTest, ARemovalThatTheServerDoesNotCarryOutIsSetAsideToo) {
    patch(R"({"a":1,"b":1})");
    sync();
    erase({"a"});

    EXPECT_THAT(keys(accept_in_vain(R"({"a":1,"b":1})")), ElementsAre("a"));
    EXPECT_EQ(local(), json(R"({"b":1})"));
}

TEST_F(UnseenTest, ASecondValueOfOursThatIsNotKeptIsSetAsideToo) {
    for (Time const lag : {Time{500ms}, usual_lag}) {
        SCOPED_TRACE(lag.count());
        patch(R"({"n":0,"other":1})");
        sync();
        patch(R"({"n":1})");
        send();
        clock += 1s;
        patch(R"({"n":2})");
        send();
        int sent = 1;
        auto const look = [&](Time after) {
            clock += after;
            return ledger.mirror()
                .reconcile({.remote = json(R"({"n":1,"other":1})"), .lag = lag}, clock)
                .not_kept;
        };

        Batch not_kept;
        for (int looks = 0; looks < 20 && not_kept.empty(); ++looks) {
            not_kept = look(lag + 1s);
            if (not_kept.empty() && pending() > 0) send(), ++sent;
        }

        EXPECT_THAT(keys(not_kept), ElementsAre("n"));
        EXPECT_EQ(sent, 2);
        EXPECT_LE(number("SELECT count(*) FROM conflict"), 1);
        static_cast<void>(
            ledger.mirror().reconcile({.remote = json(R"({"n":2,"other":1})")}, clock));
        Statement{connection, "DELETE FROM conflict"}.run();
    }
}

TEST_F(UnseenTest, AMemberThatTheServerDropsStaysInItsObject) {
    patch(R"({"font":{"size":10}})");
    sync();
    patch(R"({"font":{"size":12,"mine":true}})");

    EXPECT_THAT(keys(accept_in_vain(R"({"font":{"size":12}})")), ElementsAre("font"));
    EXPECT_EQ(local(), json(R"({"font":{"size":12,"mine":true}})"));
}

TEST_F(UnseenTest, AnotherDevicesEditsOfWhatIsSetAsideStillArrive) {
    patch(R"({"font":{"size":10,"mine":true}})");
    reject(accept_in_vain(R"({"font":{"size":10}})"), {200, "not kept"}, clock + 25s);

    reconcile(R"({"font":{"size":14}})");

    EXPECT_EQ(local(), json(R"({"font":{"size":14,"mine":true}})"));
}

TEST_F(UnseenTest, AReplicaThatCatchesUpLeavesNoDoubt) {
    patch(R"({"theme":"light"})");
    sync();
    patch(R"({"theme":"dark"})");
    send();
    clock += 1s;
    auto const outcome = reconcile(R"({"theme":"light"})");
    EXPECT_EQ(outcome.applied, 0U);
    EXPECT_EQ(local(), json(R"({"theme":"dark"})"));
    EXPECT_EQ(pending(), 0U);
    EXPECT_EQ(look_at(), clock + 5s);

    clock += 5s;
    reconcile(R"({"theme":"dark"})");

    EXPECT_EQ(look_at(), std::nullopt);
    clock += 3min;
    reconcile(R"({"theme":"light"})");
    EXPECT_EQ(local(), json(R"({"theme":"light"})")) << "another device's, for ours was there";
}

TEST_F(UnseenTest, OneReplicaMayLagThoughAnotherDidNot) {
    patch(R"({"theme":"light"})");
    sync();
    patch(R"({"theme":"dark"})");
    send();
    clock += 3s;
    reconcile(R"({"theme":"dark"})");
    clock += 3s;

    reconcile(R"({"theme":"light"})");

    EXPECT_EQ(local(), json(R"({"theme":"dark"})"));
    EXPECT_EQ(pending(), 0U);
    EXPECT_EQ(look_at(), clock + 6s);
}

TEST_F(UnseenTest, AnEditDuringTheLagIsSentAndTheOldValueStaysUnbelieved) {
    patch(R"({"theme":"light","volume":1})");
    sync();
    patch(R"({"theme":"dark"})");
    send();
    clock += 1s;
    patch(R"({"volume":5})");
    reconcile(R"({"theme":"light","volume":1})");
    EXPECT_THAT(keys(freeze().batch), ElementsAre("volume"));
    send();
    clock += 4s;
    reconcile(R"({"theme":"dark","volume":1})");

    EXPECT_EQ(local(), json(R"({"theme":"dark","volume":5})"));
    EXPECT_EQ(pending(), 0U);
}

TEST_F(UnseenTest, AnotherDevicesNewerValueIsBelievedAtOnce) {
    patch(R"({"theme":"light"})");
    sync();
    patch(R"({"theme":"dark"})");
    send();
    clock += 1s;

    reconcile(R"({"theme":"blue"})");

    EXPECT_EQ(local(), json(R"({"theme":"blue"})"));
}

TEST_F(UnseenTest, WhatWasAddedIsSentOnceMoreHoweverLateTheFirstLookComes) {
    patch(R"({"font":{"size":10}})");
    sync();
    patch(R"({"font":{"mine":true},"myapp":1})");
    send();
    clock += 29min;

    reconcile(R"({"font":{"size":10}})");

    EXPECT_EQ(local(), json(R"({"font":{"size":10,"mine":true},"myapp":1})"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("font", "myapp"));
}

TEST_F(UnseenTest, SoIsWhatWasAddedToAnObjectThatTheServerDropsForBeingEmpty) {
    patch(R"({"font":{},"other":1})");
    sync();
    patch(R"({"font":{"mine":{"deep":true}}})");
    send();
    clock += 29min;

    reconcile(R"({"other":1})");

    EXPECT_EQ(local(), json(R"({"font":{"mine":{"deep":true}},"other":1})"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("font"));
}

TEST_F(UnseenTest, AnOldValueThatALateLookShowsIsBelievedAndOursIsKeptAsAConflict) {
    patch(R"({"theme":"light"})");
    sync();
    patch(R"({"theme":"dark"})");
    send();
    clock += 29min;

    auto const outcome = reconcile(R"({"theme":"light"})");

    EXPECT_EQ(local(), json(R"({"theme":"light"})"));
    EXPECT_EQ(pending(), 0U);
    EXPECT_THAT(outcome.conflicts, ElementsAre(conflict({"theme"}, R"("dark")", R"("dark")",
                                                        R"("light")", Winner::remote)));
}

TEST_F(UnseenTest, TheMemoryOfItOutlivesTheProcess) {
    patch(R"({"theme":"light","myapp":1})");
    send();
    reconcile(R"({"theme":"light"})");
    Ledger next{connection, [] { return std::int64_t{2'000}; }};
    auto const look = [&](std::string_view remote) {
        return next.mirror().reconcile({.remote = json(remote)}, clock);
    };

    clock += 3s;
    EXPECT_EQ(look(R"({"theme":"light"})").applied, 0U);
    clock += 2min;
    look(R"({"theme":"light"})");
    auto const again = next.mirror().freeze({9, 0}, 1'000, clock).batch;
    EXPECT_THAT(keys(again), ElementsAre("myapp"));
    static_cast<void>(next.mirror().settle(again, clock));
    clock += 2min;

    EXPECT_THAT(keys(look(R"({"theme":"light"})").not_kept), ElementsAre("myapp"));
}

TEST_F(UnseenTest, ManyQuickEditsForgetNothingOfWhatWasThereBefore) {
    for (int n = 1; n <= 20; ++n) {
        edit(Patch{{{"slider", n}}});
        send();
        clock += 10s;
        reconcile("{}");
    }

    EXPECT_THAT(wait(2min, "{}"), IsEmpty());

    EXPECT_EQ(local(), json(R"({"slider":20})"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("slider"));
}

TEST_F(UnseenTest, AnEditOfWhatWasNotKeptIsTriedAgain) {
    patch(R"({"myapp":1})");
    reject(accept_in_vain("{}"), {200, "not kept"}, clock + 25s);

    patch(R"({"myapp":2})");

    EXPECT_THAT(keys(freeze().batch), ElementsAre("myapp"));
    send();
    clock += 1s;
    reconcile(R"({"myapp":2})");
    EXPECT_EQ(number("SELECT count(*) FROM rejected"), 0);
}

TEST_F(UnseenTest, ALaterTryInVainIsCountedAndNotRepeatedAtOnce) {
    patch(R"({"myapp":1})");
    reject(accept_in_vain("{}"), {200, "not kept"}, clock + 25s);
    clock += 25s;
    auto const retry = freeze();
    ASSERT_TRUE(retry.retry);
    settle(retry.batch);
    EXPECT_EQ(ledger.mirror().backlog().next_retry, std::nullopt);
    clock += 2min;

    auto const not_kept = reconcile("{}").not_kept;

    ASSERT_THAT(keys(not_kept), ElementsAre("myapp"));
    EXPECT_EQ(not_kept.front().refusals, 1U);
}

TEST_F(UnseenTest, WhatIsKeptAfterAllIsSetAsideNoMore) {
    patch(R"({"myapp":1})");
    reject(accept_in_vain("{}"), {200, "not kept"}, clock + 25s);
    clock += 25s;
    settle(freeze().batch);
    clock += 1s;

    reconcile(R"({"myapp":1})");

    EXPECT_EQ(number("SELECT count(*) FROM rejected"), 0);
    EXPECT_EQ(pending(), 0U);
}

TEST_F(UnseenTest, CountsWhatTheServerAcceptedAndDoesNotShowYet) {
    patch(R"({"theme":"light","volume":1})");
    sync();
    patch(R"({"theme":"dark"})");
    send();
    clock += 5s;
    std::string const is_lagging = "SELECT count(*) FROM (" + Sent::keys_lagging() + ")";

    EXPECT_EQ(reconcile(R"({"theme":"light","volume":1})").lagging, 1U);
    EXPECT_EQ(number(is_lagging.c_str()), 1);

    EXPECT_EQ(reconcile(R"({"theme":"dark","volume":1})").lagging, 0U);
    EXPECT_EQ(number(is_lagging.c_str()), 0);

    EXPECT_EQ(reconcile(R"({"theme":"light","volume":1})").lagging, 1U)
        << "another device may have put it back";
    patch(R"({"theme":"blue"})");
    send();
    EXPECT_EQ(number(is_lagging.c_str()), 0) << "a newer value is on its way to be seen";
}

TEST_F(UnseenTest, ANumberThatComesBackWithFewerDigitsIsNoEditOfAnotherDevice) {
    for (auto const& [winner, key] : {std::pair{Winner::remote, "a"}, {Winner::local, "b"}}) {
        auto const document = [&key = key](Json const& number, Json const& inner, int x) {
            return to_text(Json{{key, {{"v", number}, {"o", {{"n", inner}, {"x", x}}}}}});
        };
        patch(document(0.11119, 0.33339, 1));
        send();
        clock += 1s;
        patch(document(0.22229, 0.44449, 1));

        auto const look = reconcile(document(0.111, 0.333, 2), winner);

        EXPECT_THAT(look.conflicts, IsEmpty());
        EXPECT_EQ(local(), json(document(0.22229, 0.44449, 2)));
        send();
        clock += 1s;
        reconcile(document(0.222, 0.444, 2), winner);
        EXPECT_EQ(local(), json(document(0.222, 0.444, 2))) << "nothing newer is here";
        EXPECT_EQ(pending(), 0U);
        clock += 10min;
        reconcile("{}", winner);
    }
}

TEST_F(UnseenTest, TakesAsLongAsTheServerIsSaidToLag) {
    patch(R"({"myapp":1})");
    send();
    clock += 1s;

    static_cast<void>(ledger.mirror().reconcile({.remote = Json::object(), .lag = 1s}, clock));

    EXPECT_EQ(pending(), 1U);
}

}  // namespace
}  // namespace settings::store
