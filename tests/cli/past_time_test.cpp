#include "cli/past_time.h"

#include <gtest/gtest.h>

#include "cli/usage_error.h"
#include "tests/cli/now.h"

namespace settings::cli {
namespace {

using namespace std::chrono;

TEST(PastTimeTest, IsAMomentOrHowLongAgo) {
    EXPECT_EQ(past_time("2026-11-23T18:30:00Z", now), now - 30min);
    EXPECT_EQ(past_time("2026-11-23T20:00:00+02:00", now), now - 1h);
    for (auto const* text : {"90s", "90 s", "90 sec", "90 seconds", "90 seconds ago", "90s ago"})
        EXPECT_EQ(past_time(text, now), now - 90s) << text;
    EXPECT_EQ(past_time("10min", now), now - 10min);
    EXPECT_EQ(past_time("1 minute ago", now), now - 1min);
    EXPECT_EQ(past_time("2 hours ago", now), now - 2h);
    EXPECT_EQ(past_time("1h", now), now - 1h);
    EXPECT_EQ(past_time("3 days", now), now - days{3});
    EXPECT_EQ(past_time("2w", now), now - weeks{2});
    EXPECT_EQ(past_time("2 weeks ago", now), now - weeks{2});
}

TEST(PastTimeTest, RefusesAnythingElse) {
    for (auto const* text : {"", "10", "min", "-1h", "1.5h", "yesterday", "10 months", "1h 5min",
                             "ago", "2026-11-23", "99999999999999999999s", "9999999999w"})
        EXPECT_THROW((void)past_time(text, now), UsageError) << text;
}

}  // namespace
}  // namespace settings::cli
