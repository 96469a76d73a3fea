#include "tests/sync/engine/engine_fixture.h"

namespace settings::sync {
namespace {

using EngineRestartTest = EngineTest;

TEST_F(EngineRestartTest, ARestartMakesItNoLessPatient) {
    begin();
    answer(503, "600");
    remembered();
    auto const before = engine.memory();
    auto const ends = until();

    engine = start(memory_from(to_text(before)));

    EXPECT_EQ(posture(), "rest: retry_after");
    EXPECT_EQ(until(), ends);
    engine.sync_now(now);
    EXPECT_EQ(until(), ends);
    EXPECT_EQ(engine.report().failures, 1U);
}

TEST_F(EngineRestartTest, ARestartKeepsBackoffBreakerAndBudget) {
    for (int failures = 0; failures < 7; ++failures) {
        begin();
        answer(500);
        remembered();
    }
    auto const before = until();
    auto const owed = engine.memory().budget.owed;

    engine = start(memory_from(to_text(engine.memory())), fixed(1), now);

    EXPECT_EQ(posture(), "rest: backoff");
    EXPECT_EQ(until(), before);
    EXPECT_TRUE(engine.report().is_breaker_open);
    EXPECT_EQ(engine.memory().budget.owed, owed);
}

TEST_F(EngineRestartTest, WaitsThatLieYearsAheadAreCutToTheirCaps) {
    Memory memory;
    memory.failures = 3;
    memory.backoff_until = 24h * 365 * 10;
    engine = start(memory);
    EXPECT_EQ(until(), 30min + 1s);

    memory.backoff_until = 0s;
    memory.not_before = 24h * 365 * 10;
    engine = start(memory);
    EXPECT_EQ(until(), 24h + 30min);
}

TEST_F(EngineRestartTest, ABudgetFromTheFutureIsPaidBackAllTheSame) {
    Memory memory;
    memory.budget = {.owed = 600s, .at = 24h * 365 * 10};
    engine = start(memory);

    EXPECT_EQ(wake(), "rest: budget");
    EXPECT_LE(wait(), 1min);
    EXPECT_EQ(wake_when_due(), "Remember");
}

}  // namespace
}  // namespace settings::sync
