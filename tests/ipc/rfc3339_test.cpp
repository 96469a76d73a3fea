#include "ipc/rfc3339.h"

#include <gtest/gtest.h>

namespace settings::ipc {
namespace {

TEST(Rfc3339Test, ReadsDateTimeAndOffset) {
    EXPECT_EQ(unix_milliseconds("1970-01-01T00:00:01Z"), 1'000);
    EXPECT_EQ(unix_milliseconds("2026-11-23T19:00:00Z"), 1'795'460'400'000);
    EXPECT_EQ(unix_milliseconds("2026-11-23T20:00:00+01:00"), 1'795'460'400'000);
    EXPECT_EQ(unix_milliseconds("2026-11-23T16:30:00-02:30"), 1'795'460'400'000);
    EXPECT_EQ(unix_milliseconds("1970-01-01T00:00:00.25Z"), 250);
    EXPECT_EQ(unix_milliseconds("1970-01-01T00:00:00.123456Z"), 123);
    EXPECT_EQ(unix_milliseconds("1970-01-01t00:00:01z"), 1'000);
}

TEST(Rfc3339Test, TakesNothingElse) {
    for (auto const* text : {"", "yesterday", "2026-11-23", "2026-11-23T19:00:00", "1795460400",
                             "2026-13-23T19:00:00Z", "2026-11-23T19:00:00Z!", "2026-11-23T19:00Z",
                             "2026-02-31T19:00:00Z", "2026-1-3T1:2:3Z", "2026-11-23T19:00:00.Z"})
        EXPECT_EQ(unix_milliseconds(text), std::nullopt) << text;
    EXPECT_EQ(unix_milliseconds(std::string{"2026-11-23T19:00:00Z\0", 21}), std::nullopt);
}

}  // namespace
}  // namespace settings::ipc
