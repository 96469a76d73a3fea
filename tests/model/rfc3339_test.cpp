#include "model/rfc3339.h"

#include <gtest/gtest.h>

namespace settings {
namespace {

TEST(Rfc3339Test, ReadsDateTimeAndOffset) {
    EXPECT_EQ(unix_milliseconds("1970-01-01T00:00:01Z"), 1'000);
    EXPECT_EQ(unix_milliseconds("2026-11-23T19:00:00Z"), 1'795'460'400'000);
    EXPECT_EQ(unix_milliseconds("2026-11-23T20:00:00+01:00"), 1'795'460'400'000);
    EXPECT_EQ(unix_milliseconds("2026-11-23T16:30:00-02:30"), 1'795'460'400'000);
    EXPECT_EQ(unix_milliseconds("1970-01-01t00:00:01z"), 1'000);
    EXPECT_EQ(unix_milliseconds("1969-12-31T23:59:59Z"), -1'000);
}

TEST(Rfc3339Test, ReadsAFractionToTheMillisecond) {
    EXPECT_EQ(unix_milliseconds("1970-01-01T00:00:00.5Z"), 500);
    EXPECT_EQ(unix_milliseconds("1970-01-01T00:00:00.25Z"), 250);
    EXPECT_EQ(unix_milliseconds("1970-01-01T00:00:00.123456Z"), 123);
    EXPECT_EQ(unix_milliseconds("1970-01-01T00:00:00.570Z"), 570);
    EXPECT_EQ(unix_milliseconds("1970-01-01T00:00:00.999999999999999999999999Z"), 999);
}

TEST(Rfc3339Test, ALeapSecondIsTheFirstOfTheNextMinute) {
    EXPECT_EQ(unix_milliseconds("2016-12-31T23:59:60Z"), unix_milliseconds("2017-01-01T00:00:00Z"));
}

TEST(Rfc3339Test, TakesNothingElse) {
    for (auto const* text : {"",
                             "yesterday",
                             "2026-11-23",
                             "2026-11-23T19:00:00",
                             "1795460400",
                             "2026-13-23T19:00:00Z",
                             "2026-00-23T19:00:00Z",
                             "2026-11-00T19:00:00Z",
                             "2026-11-23T24:00:00Z",
                             "2026-11-23T19:60:00Z",
                             "2026-11-23T19:00:60Z",
                             "2026-11-23T23:59:60+01:00",
                             "2026-11-23T19:00:61Z",
                             "2026-11-23T19:00:00Z!",
                             "2026-11-23T19:00Z",
                             "2026-02-31T19:00:00Z",
                             "2025-02-29T19:00:00Z",
                             "2026-1-3T1:2:3Z",
                             "2026-11-23T19:00:00.Z",
                             "2026-11-23T19:00:00.-1Z",
                             "2026-11-23 19:00:00Z",
                             "2026-11-23T19:00:00+0100",
                             "2026-11-23T19:00:00+1:00",
                             "2026-11-23T19:00:00+24:00",
                             "2026-11-23T19:00:00+01:60",
                             "2026-11-23T19:00:00+01:00x",
                             "-026-11-23T19:00:00Z",
                             "2026/11/23T19:00:00Z",
                             "2026-11-23T19-00-00Z"})
        EXPECT_EQ(unix_milliseconds(text), std::nullopt) << text;
    EXPECT_EQ(unix_milliseconds({"2026-11-23T19:00:00Z\0", 21}), std::nullopt);
}

TEST(Rfc3339Test, WritesInUtcToTheSecond) {
    EXPECT_EQ(rfc3339(1'795'460'400'999), "2026-11-23T19:00:00Z");
    EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59Z");
}

}  // namespace
}  // namespace settings
