#include "cli/past_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "cli/layout.h"
#include "cli/usage_error.h"
#include "settings/status.h"
#include "tests/cli/now.h"

namespace settings::cli {
namespace {

using namespace std::chrono;
using testing::HasSubstr;

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

TEST(PastTimeTest, AddsUpUnits) {
    EXPECT_EQ(past_time("1h30min", now), now - 90min);
    EXPECT_EQ(past_time("1h 30 min ago", now), now - 90min);
    EXPECT_EQ(past_time("1 week 2d", now), now - days{9});
    EXPECT_EQ(past_time("1000000weeks", now), client::Time{});
}

/// As most people have it: an hour ahead of UTC, two in summer. 2026-11-23T19:00:00Z is 20:00
/// there.
class LocalPastTimeTest : public testing::Test {
  protected:
    LocalPastTimeTest() { live_at("CET-1CEST,M3.5.0,M10.5.0/3"); }
    ~LocalPastTimeTest() override { live_at("UTC"); }

    static void live_at(char const* zone) {
        setenv("TZ", zone, 1);
        tzset();
    }

    static client::Time utc(char const* text) { return *client::time_from(text); }

    static std::string refusal(std::string const& text) {
        try {
            (void)past_time(text, now);
        } catch (UsageError const& error) {
            return error.what();
        }
        return "accepted";
    }
};

TEST_F(LocalPastTimeTest, IsADateAndATimeOfDayHere) {
    for (auto const* text : {"2026-11-20 11:41:17", "2026-11-20T11:41:17",
                             "2026-11-20 11:41:17 CET", "2026-11-20 10:41:17 UTC"})
        EXPECT_EQ(past_time(text, now), utc("2026-11-20T10:41:17Z")) << text;
    EXPECT_EQ(past_time("2026-11-20 11:41", now), utc("2026-11-20T10:41:00Z"));
    EXPECT_EQ(past_time("2026-07-20 11:41", now), utc("2026-07-20T09:41:00Z"));
    EXPECT_EQ(past_time("2026-07-20 11:41:00 CEST", now), utc("2026-07-20T09:41:00Z"));
}

TEST_F(LocalPastTimeTest, IsADayOrATimeOfToday) {
    EXPECT_EQ(past_time("2026-11-20", now), utc("2026-11-19T23:00:00Z"));
    EXPECT_EQ(past_time("today", now), utc("2026-11-22T23:00:00Z"));
    EXPECT_EQ(past_time("yesterday", now), utc("2026-11-21T23:00:00Z"));
    EXPECT_EQ(past_time("yesterday 18:30", now), utc("2026-11-22T17:30:00Z"));
    EXPECT_EQ(past_time("18:30", now), utc("2026-11-23T17:30:00Z"));
    EXPECT_EQ(past_time("today", utc("2026-11-23T23:30:00Z")), utc("2026-11-23T23:00:00Z"));
    EXPECT_EQ(past_time("now", now), now);
    EXPECT_EQ(past_time("just now", now), now - 2s);
}

TEST_F(LocalPastTimeTest, WhatIsPrintedCanBeTyped) {
    for (auto at = utc("2026-10-24T22:00:00Z"); at < utc("2026-10-25T04:00:00Z"); at += 10min)
        EXPECT_EQ(past_time(local(at), now), at) << local(at);
    for (auto at = utc("2026-03-28T22:00:00Z"); at < utc("2026-03-29T04:00:00Z"); at += 10min)
        EXPECT_EQ(past_time(local(at), now), at) << local(at);
}

TEST_F(LocalPastTimeTest, IsTheSameHoweverFarAway) {
    for (auto const* text : {"9999-06-01 12:00:00 CEST", "2300-01-01 12:00:00 CET"})
        EXPECT_EQ(local(past_time(text, now)), text);
}

TEST_F(LocalPastTimeTest, ATimeThatWasSkippedOrCameTwiceIsToldAsSuch) {
    EXPECT_EQ(refusal("2026-03-29 02:30"),
              "\"2026-03-29 02:30\" was skipped, since the clocks were put forward; write "
              "\"2026-03-29 03:30:00 CEST\"");
    EXPECT_EQ(refusal("2026-10-25 02:30"),
              "\"2026-10-25 02:30\" was there twice, since the clocks were put back; write "
              "\"2026-10-25 02:30:00 CEST\" or \"2026-10-25 02:30:00 CET\"");
    EXPECT_EQ(past_time("2026-10-25 02:30:00 CET", now), utc("2026-10-25T01:30:00Z"));
    EXPECT_EQ(past_time("2026-10-25 02:30:00 CEST", now), utc("2026-10-25T00:30:00Z"));
}

TEST_F(LocalPastTimeTest, ADayBeginsWhenTheClocksSaySo) {
    live_at("XST4XDT,M9.1.0/0,M4.1.0/0");  // put forward and back at midnight

    EXPECT_EQ(past_time("2026-09-06", now), utc("2026-09-06T04:00:00Z"));
    EXPECT_EQ(past_time("2026-04-05", now), utc("2026-04-05T04:00:00Z"));
    EXPECT_EQ(past_time("2026-04-04", now), utc("2026-04-04T03:00:00Z"));
}

TEST_F(LocalPastTimeTest, SaysWhatItDoesNotUnderstand) {
    EXPECT_THAT(refusal("2026-11-20 11:41 PST"), HasSubstr("another time zone than this machine's, "
                                                           "which is CET"));
    EXPECT_THAT(refusal("soon"), HasSubstr("\"soon\" is not a time; write"));
}

TEST(PastTimeTest, RefusesAnythingElse) {
    for (auto const* text : {"",
                             " ",
                             "10",
                             "min",
                             "-1h",
                             "1.5h",
                             "tomorrow",
                             "10 months",
                             "1h 5",
                             "ago",
                             "2026-11-31",
                             "2026-13-01",
                             "2026-11-23 24:00",
                             "2026-11-23 1:00",
                             "2026-11-23 19:00 UTC again",
                             "yesterday ago",
                             "2026-11-23 19",
                             "99999999999999999999s",
                             "9999999999w",
                             ":",
                             "2026/11/23"})
        EXPECT_THROW((void)past_time(text, now), UsageError) << text;
}

}  // namespace
}  // namespace settings::cli
