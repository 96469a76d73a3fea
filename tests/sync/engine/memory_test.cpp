#include "sync/engine/memory.h"

#include <gtest/gtest.h>

namespace settings::sync {
namespace {

using namespace std::chrono_literals;

Memory full() {
    Memory memory;
    memory.failures = 7;
    memory.server_failures = 6;
    memory.stops = 3;
    memory.backoff_until = 10min;
    memory.not_before = 20min;
    memory.budget = {.owed = 30s, .at = 5min};
    memory.paused = true;
    memory.last_failure = "the server answered 500: \"\xc3\xa9\"";
    memory.said = Acquaintance::Word{Meeting::device, {"https://a.example", {{"sub", "7"}}}};
    memory.clock = ClockReading{"boot", 3min, 5min};
    return memory;
}

TEST(MemoryTest, ComesBackAsItWas) {
    auto const text = to_text(full());
    auto const memory = memory_from(text);

    EXPECT_EQ(to_text(memory), text);
    EXPECT_EQ(memory.failures, 7U);
    EXPECT_EQ(memory.server_failures, 6U);
    EXPECT_EQ(memory.stops, 3U);
    EXPECT_EQ(memory.backoff_until, 10min);
    EXPECT_EQ(memory.not_before, 20min);
    EXPECT_EQ(memory.budget.owed, 30s);
    EXPECT_EQ(memory.budget.at, 5min);
    EXPECT_TRUE(memory.paused);
    EXPECT_EQ(memory.last_failure, full().last_failure);
    EXPECT_EQ(memory.said, full().said);
    ASSERT_TRUE(memory.clock);
    EXPECT_EQ(memory.clock->boot_id, "boot");
    EXPECT_EQ(memory.clock->since_boot, 3min);
    EXPECT_EQ(memory.clock->clock, 5min);
}

TEST(MemoryTest, IsOneLine) { EXPECT_EQ(to_text(full()).find('\n'), std::string::npos); }

TEST(MemoryTest, WhatCannotBeReadIsAsNewButPaused) {
    auto const text = to_text(full());
    Memory careful;
    careful.paused = true;
    careful.last_failure = "what the sync remembered is damaged, and it may have been paused";
    for (std::size_t length = 1; length < text.size(); ++length)
        EXPECT_EQ(to_text(memory_from(text.substr(0, length))), to_text(careful));
    for (auto const* other : {"null", "[]", "7", "{}", "\xff", R"({"qaused":false})",
                              R"({"paused":"false"})", R"({"paused":false,"paused":true})"})
        EXPECT_EQ(to_text(memory_from(other)), to_text(careful)) << other;
    EXPECT_EQ(to_text(memory_from("")), to_text(Memory{}));
}

TEST(MemoryTest, OneDamagedMemberLeavesTheOthers) {
    auto const memory = memory_from(
        R"({"failures":"x","not_before":[],"paused":true,"last_failure":3,"backoff_until":7,"clock":5})");

    EXPECT_TRUE(memory.paused);
    EXPECT_EQ(memory.backoff_until, 7ms);
    EXPECT_EQ(memory.failures, 0U);
    EXPECT_EQ(memory.not_before, 0s);
    EXPECT_EQ(memory.last_failure, "");
    EXPECT_FALSE(memory.clock);
}

TEST(MemoryTest, NumbersThatCannotBeAreCut) {
    for (auto const* number : {"-1", "-9223372036854775808", "1e300", "-1e300", "0.5"}) {
        auto const memory = memory_from(R"({"paused":false,"failures":)" + std::string{number} +
                                        R"(,"budget_at":)" + number + "}");
        EXPECT_EQ(memory.failures, 0U) << number;
        EXPECT_EQ(memory.budget.at, 0s) << number;
    }
    auto const memory = memory_from(
        R"({"failures":9223372036854775807,"clock":{"boot":"b","since_boot":0,"at":9223372036854775807}})");
    EXPECT_LE(memory.failures, 1'000'000U);
    EXPECT_LE(memory.clock->clock, 24h * 366 * 1'000);
}

}  // namespace
}  // namespace settings::sync
