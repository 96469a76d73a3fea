#include "daemon/effects/store_effects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/limits.h"
#include "tests/store/ledger_fixture.h"

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

// What the engine sees is in store_conformance_test.cpp; here is what only the real store does.
class StoreEffectsTest : public store::LedgerFixture {
  protected:
    template <class Event>
    Event ask(sync::StoreEffect const& effect) {
        return std::get<Event>(carry_out(ledger, effect, "memory", clock));
    }
};

TEST_F(StoreEffectsTest, RequestsOfBeforeStayInDoubtUnlessNothingWasSent) {
    patch(R"({"a":1})");
    ask<Frozen>(sync::Freeze{{10, 0}});

    ask<sync::Remembered>(sync::Remember{});
    EXPECT_EQ(sent("flying"), 1);
    ask<sync::Remembered>(sync::Remember{sync::Doubt::none});
    EXPECT_EQ(sent("flying"), 0);
}

TEST_F(StoreEffectsTest, ABatchIsOfABoundedSize) {
    std::string const half(limits::batch_bytes / 2, 'x');
    for (auto const* key : {"a", "b", "c"}) edit(Patch{Json{{key, half}}});

    EXPECT_THAT(ask<Frozen>(sync::Freeze{{10, 0}}).batch, SizeIs(1));
}

TEST_F(StoreEffectsTest, TheServersWinnerWins) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");

    auto const done =
        ask<Reconciled>(sync::Reconcile{{.remote = json(R"({"a":3})"), .winner = Winner::remote}});

    ASSERT_THAT(done.conflicts, SizeIs(1));
    EXPECT_EQ(done.conflicts[0].kept, Winner::remote);
    EXPECT_EQ(done.applied, 1U);
    EXPECT_EQ(local(), json(R"({"a":3})"));
}

TEST_F(StoreEffectsTest, WhatWasSentIsInDoubtFromTheDaemonsTimeOn) {
    patch(R"({"a":{"b":1}})");
    auto const frozen = ask<Frozen>(sync::Freeze{{10, 0}});

    auto const settled = ask<sync::Settled>(sync::Settle{frozen.batch});

    EXPECT_EQ(settled.backlog.look_at, clock + 5s);
}

TEST_F(StoreEffectsTest, ARefusedKeyKeepsTheServersWords) {
    patch(R"({"a":1})");
    auto const frozen = ask<Frozen>(sync::Freeze{{10, 0}});

    ask<SetAside>(sync::Reject{frozen.batch, {422, "not so"}, clock + 25s});

    EXPECT_EQ(number("SELECT count(*) FROM rejected WHERE key = 'a' AND status = 422 AND "
                     "message = 'not so'"),
              1);
}

}  // namespace
}  // namespace settings::daemon
