#include "sync/engine/schedule.h"

#include <gtest/gtest.h>

namespace settings::sync {
namespace {

using namespace std::chrono_literals;

class ScheduleTest : public testing::Test {
  protected:
    static Schedule start(Memory const& memory, Time now = 0s) { return {{}, 1, memory, now}; }

    static Backlog backlog(std::optional<Time> next_retry, std::optional<Time> look_at = {}) {
        Backlog made;
        made.next_retry = next_retry;
        made.look_at = look_at;
        return made;
    }

    static Failure failed(Fault fault) { return {fault, "it failed"}; }

    Schedule schedule = start({});
};

TEST_F(ScheduleTest, StartsAtOnceButNoEarlierThanBeforeTheStop) {
    Memory memory;
    EXPECT_EQ(start(memory).start(0s), (Resting{0s, Rest::due}));
    memory.backoff_until = 5min;
    EXPECT_EQ(start(memory).start(0s), (Resting{5min, Rest::backoff}));
    EXPECT_EQ(start(memory, 6min).start(6min), (Resting{6min, Rest::due}));
    memory.not_before = 1h;
    EXPECT_EQ(start(memory).start(0s), (Resting{1h, Rest::retry_after}));
    memory.not_before = 1min;
    EXPECT_EQ(start(memory).start(0s), (Resting{5min, Rest::backoff}));
}

TEST_F(ScheduleTest, CutsWaitsToTheirCaps) {
    Memory memory;
    memory.backoff_until = memory.not_before = 24h * 3'650;

    EXPECT_EQ(start(memory).start(0s), (Resting{24h + 30min, Rest::retry_after}));
}

TEST_F(ScheduleTest, NamesTheEarliestReasonForTheNextLook) {
    EXPECT_EQ(schedule.after_success({}, 0s).why, Rest::idle);
    EXPECT_EQ(schedule.after_success(backlog(5min), 0s), (Resting{5min, Rest::retry}));
    EXPECT_EQ(schedule.after_success(backlog(5min, Time{1min}), 0s), (Resting{1min, Rest::verify}));
    EXPECT_EQ(schedule.after_success(backlog(24h), 0s).why, Rest::idle);
    schedule.edited(0s);
    EXPECT_EQ(schedule.after_success(backlog(5min), 0s), (Resting{2s, Rest::debounce}));
}

TEST_F(ScheduleTest, LooksSoonAfterAChangeAndThenAsLongAgainAsNothingChanged) {
    auto const expect_look_after = [&](Time now, Time wait) {
        auto const resting = schedule.after_success({}, now);
        EXPECT_EQ(resting.why, Rest::idle);
        EXPECT_GE(resting.until - now, wait - wait / 6);
        EXPECT_LE(resting.until - now, wait + wait / 6);
    };
    expect_look_after(0s, 30min);

    schedule.looked(true, 1h);
    expect_look_after(1h, 1min);
    expect_look_after(1h + 5s, 1min);
    expect_look_after(1h + 1min, 1min);
    expect_look_after(1h + 8min, 8min);
    expect_look_after(1h + 16min, 16min);
    expect_look_after(2h, 30min);

    schedule.edited(3h);
    schedule.collected();
    expect_look_after(3h + 2s, 1min);
}

/// As a time that the server writes into the document by itself.
TEST_F(ScheduleTest, WhatChangesFromLookToLookIsNoReasonToHurry) {
    auto const wait_after_a_change = [&](Time now) {
        schedule.looked(true, now);
        return schedule.after_success({}, now).until - now;
    };
    Time now = 1h;
    for (Time const wait : {1min, 2min, 4min, 8min, 16min, 30min, 30min}) {
        auto const waited = wait_after_a_change(now);
        EXPECT_GE(waited, wait - wait / 6);
        EXPECT_LE(waited, wait + wait / 6);
        now += waited;
    }

    schedule.looked(false, now);
    EXPECT_LE(wait_after_a_change(now), 70s);
}

TEST_F(ScheduleTest, WhoHasNothingToSendKeepsTheSlowPaceInAFailure) {
    schedule.looked(true, 0s);
    static_cast<void>(schedule.after_success({}, 0s));

    EXPECT_GE(schedule.after_failure(failed(Fault::server_error), 1min).until, 1min + 25min);
}

TEST_F(ScheduleTest, WhatIsOnlyLookedAtLeavesHalfOfTheBudgetToEdits) {
    for (int n = 0; n < 40; ++n) EXPECT_TRUE(schedule.pay(0s));

    EXPECT_EQ(schedule.after_success(backlog(24h, Time{5s}), 0s), (Resting{100s, Rest::verify}));
}

TEST_F(ScheduleTest, NeverRestsShorterThanTheServerAsked) {
    schedule.told_to_wait(1h, 0s);

    auto const ends = schedule.soonest(0s).until;
    EXPECT_GE(ends, 1h);
    EXPECT_EQ(schedule.soonest(0s), (Resting{ends, Rest::retry_after}));
    EXPECT_EQ(schedule.after_success({}, 0s).until, ends);
    EXPECT_EQ(schedule.after_success(backlog(5min), 0s).until, ends);
    EXPECT_EQ(schedule.after_failure(failed(Fault::server_error), 0s),
              (Resting{ends, Rest::retry_after}));
    EXPECT_GE(schedule.look_later(Rest::account, 0s).until, ends);
    EXPECT_EQ(schedule.hastened({2h, Rest::backoff}, 0s).until, ends);
    schedule.edited(0s);
    EXPECT_EQ(schedule.after_edit({2h, Rest::idle}, 0s).until, ends);
    EXPECT_FALSE(schedule.may_ask(ends - 1ms));
    EXPECT_TRUE(schedule.may_ask(ends));
}

TEST_F(ScheduleTest, AProxysPatienceHoldsUntilThereIsAnotherRoute) {
    Failure refused{Fault::offline, "the proxy answers 503"};
    refused.retry_after = 10min;
    schedule.edited(0s);

    auto const resting = schedule.after_failure(refused, 0s);

    EXPECT_EQ(resting.why, Rest::backoff);
    EXPECT_GE(resting.until, 10min);
    EXPECT_LE(resting.until, 20min);
    schedule.edited(1min);
    EXPECT_EQ(schedule.after_edit(resting, 1min), resting);
    EXPECT_LE(schedule.hastened(resting, 2min).until, 3min);
}

TEST_F(ScheduleTest, TheFaultDecidesWhoseFailureItIs) {
    for (auto const fault : {Fault::unknown_outcome, Fault::server_error, Fault::refused}) {
        schedule = start({});
        for (int n = 0; n < 6; ++n) static_cast<void>(schedule.after_failure(failed(fault), 0s));
        EXPECT_TRUE(schedule.is_breaker_open());
    }
    for (auto const fault : {Fault::offline, Fault::untrusted, Fault::impostor, Fault::storage}) {
        schedule = start({});
        for (int n = 0; n < 12; ++n) static_cast<void>(schedule.after_failure(failed(fault), 0s));
        EXPECT_FALSE(schedule.is_breaker_open());
    }
}

TEST_F(ScheduleTest, WhoHasNothingToSendKeepsThePaceOfLooksInAFailure) {
    static_cast<void>(schedule.after_success({}, 0s));

    auto const resting = schedule.after_failure(failed(Fault::server_error), 0s);

    EXPECT_EQ(resting.why, Rest::backoff);
    EXPECT_GE(resting.until, 25min);
    EXPECT_LE(resting.until, 35min);

    schedule.edited(1min);
    EXPECT_EQ(schedule.after_edit(resting, 1min), (Resting{1min + 2s, Rest::backoff}));
}

TEST_F(ScheduleTest, WhoeverIsWaitedForComesBackByTheBackoff) {
    auto const comes_soon = [this] {
        return schedule.after_failure(failed(Fault::server_error), 0s).until <= 5s;
    };
    EXPECT_TRUE(comes_soon()) << "nothing is known of before the start";

    static_cast<void>(schedule.after_success({}, 0s));
    schedule.asked(0s);
    EXPECT_TRUE(comes_soon()) << "a person asked";

    static_cast<void>(schedule.after_success({}, 0s));
    schedule.awaited();
    EXPECT_TRUE(comes_soon()) << "a login";

    schedule.edited(0s);
    schedule.collected();
    Backlog left;
    left.pending = 1;
    static_cast<void>(schedule.after_success(left, 0s));
    schedule.collected();
    EXPECT_TRUE(comes_soon()) << "an edit is left";
}

TEST_F(ScheduleTest, HastensOnlyWhatTheNetworkCanHelp) {
    for (auto const why : {Rest::backoff, Rest::idle, Rest::verify, Rest::retry, Rest::offline}) {
        auto const soon = schedule.hastened({1h, why}, 0s);
        EXPECT_GE(soon.until, 1s);
        EXPECT_LE(soon.until, 4s);
        auto const then = why == Rest::offline ? Rest::due : why;
        EXPECT_EQ(schedule.hastened({500ms, why}, 0s), (Resting{500ms, then}));
    }
    for (auto const why : {Rest::due, Rest::debounce, Rest::retry_after, Rest::budget, Rest::login,
                           Rest::review, Rest::stopped})
        EXPECT_EQ(schedule.hastened({1h, why}, 0s), (Resting{1h, why}));
}

TEST_F(ScheduleTest, ARouteThatComesBackWaitsForWhatTheServerAskedAndSaysSo) {
    schedule.told_to_wait(10min, 0s);

    auto const rest = schedule.hastened({1h, Rest::backoff}, 0s);

    EXPECT_EQ(rest.why, Rest::retry_after);
    EXPECT_GE(rest.until, 10min);
    EXPECT_EQ(schedule.hastened({5min, Rest::idle}, 0s), (Resting{5min, Rest::idle}));
}

TEST_F(ScheduleTest, ARoundAfterAFailureCostsFive) {
    schedule.pay_for_round(0s);
    Memory memory;
    schedule.note(memory);
    EXPECT_EQ(memory.budget.owed, 10s);

    static_cast<void>(schedule.after_failure(failed(Fault::offline), 0s));
    schedule.pay_for_round(0s);
    schedule.note(memory);
    EXPECT_EQ(memory.budget.owed, 60s);
}

TEST_F(ScheduleTest, BeginsARoundOnlyWithSomethingLeftForIt) {
    for (int n = 0; n < 56; ++n) EXPECT_TRUE(schedule.pay(0s));

    auto const obstacle = schedule.obstacle(false, 0s);

    ASSERT_TRUE(obstacle);
    EXPECT_EQ(*obstacle, (Resting{10s, Rest::budget}));
    EXPECT_FALSE(schedule.obstacle(false, 10s));
}

TEST_F(ScheduleTest, AnOutageComesDownToARequestEachFiftySeconds) {
    schedule = start([] {
        Memory failing;
        failing.failures = 1;
        failing.budget = {.owed = 600s, .at = 0s};
        return failing;
    }());
    Time now{0};
    int rounds = 0;
    while (now < 1h) {
        if (auto const obstacle = schedule.obstacle(false, now)) {
            now = obstacle->until;
            continue;
        }
        schedule.pay_for_round(now);
        ++rounds;
    }

    EXPECT_LE(rounds, 72);
    EXPECT_GE(rounds, 70);
}

}  // namespace
}  // namespace settings::sync
