#include "settings/status.h"

#include <gtest/gtest.h>

#include "tests/client/json.h"

namespace settings::client {
namespace {

using namespace std::chrono;

TEST(StatusTest, ReadsEveryField) {
    auto const status = status_from(json(R"({
        "success": true, "state": "waiting", "summary": "Offline.", "waitsFor": "backoff", "revision": 12, "pending": 3,
        "rejected": [{"key": "a.b", "status": 400, "message": "no", "at": "1970-01-01T00:00:09Z"}],
        "conflicts": 2, "review": {"known": 12, "changed": 3, "removed": 9},
        "lastSuccess": "1970-01-01T00:01:00Z",
        "lastError": {"kind": "unknown_outcome", "message": "timed out",
                      "at": "1970-01-01T00:02:00Z"},
        "nextAttempt": {"inSeconds": 7.6, "reason": "backing off"},
        "server": "https://s", "version": "0.1.0",
        "account": {"id": "7", "email": "a@x", "organization": {"id": "acme", "role": "USER"},
                    "since": "1970-01-01T00:03:00Z", "method": "password",
                    "provider": "GITHUB", "secondFactor": "MAGIC_LINK"}})"));

    EXPECT_EQ(status.state, "waiting");
    EXPECT_EQ(status.summary, "Offline.");
    EXPECT_EQ(status.waits_for, "backoff");
    EXPECT_EQ(status.revision, 12);
    EXPECT_EQ(status.pending, 3U);
    ASSERT_EQ(status.rejected.size(), 1U);
    EXPECT_EQ(status.rejected[0].key, "a.b");
    EXPECT_EQ(status.rejected[0].status, 400U);
    EXPECT_EQ(status.rejected[0].message, "no");
    EXPECT_EQ(status.rejected[0].at, Time{9s});
    EXPECT_EQ(status.conflicts, 2U);
    ASSERT_TRUE(status.review);
    EXPECT_EQ(status.review->removed, 9U);
    EXPECT_EQ(status.last_success, Time{60s});
    ASSERT_TRUE(status.last_error);
    EXPECT_EQ(status.last_error->message, "timed out");
    EXPECT_EQ(status.last_error->at, Time{120s});
    EXPECT_EQ(status.last_error->kind, "unknown_outcome");
    ASSERT_TRUE(status.next_attempt);
    EXPECT_EQ(status.next_attempt->in, 8s);
    EXPECT_EQ(status.next_attempt->reason, "backing off");
    EXPECT_EQ(status.server, "https://s");
    ASSERT_TRUE(status.account);
    EXPECT_EQ(status.account->id, "7");
    EXPECT_EQ(status.account->email, "a@x");
    EXPECT_EQ(status.account->organization, "acme");
    EXPECT_EQ(status.account->role, "USER");
    EXPECT_EQ(status.account->since, Time{180s});
    EXPECT_EQ(status.account->method, "password");
    EXPECT_EQ(status.account->second_factor, "MAGIC_LINK");
    EXPECT_EQ(status.account->provider, "GITHUB");
    EXPECT_EQ(status.version, "0.1.0");
    EXPECT_EQ(status.answer["success"], true);
}

TEST(StatusTest, LeavesEmptyWhatIsAbsentNullOrOfAnotherKind) {
    for (auto const* text :
         {R"({})",
          R"({"state":1,"summary":null,"waitsFor":null,"revision":"x","pending":1.5,"rejected":{},
                                 "conflicts":-1,"review":"x",
                                 "lastSuccess":null,"lastError":"x","nextAttempt":{"inSeconds":"x"},
                                 "server":[],"version":{}})",
          R"({"pending":-1})", "7", "null"}) {
        auto const status = status_from(json(text));

        EXPECT_EQ(status.state + status.summary + status.waits_for + status.server + status.version,
                  "")
            << text;
        EXPECT_FALSE(status.revision || status.pending || status.last_success) << text;
        EXPECT_FALSE(status.last_error || status.next_attempt) << text;
        EXPECT_FALSE(status.conflicts || status.review) << text;
        EXPECT_TRUE(status.rejected.empty()) << text;
    }
}

TEST(StatusTest, KeepsARejectedKeyThatSaysNothingElse) {
    auto const status = status_from(json(R"({"rejected":[{"key":"a"},"odd"]})"));

    ASSERT_EQ(status.rejected.size(), 2U);
    EXPECT_EQ(status.rejected[0].key, "a");
    EXPECT_FALSE(status.rejected[0].status);
}

TEST(StatusTest, BoundsTheTimeToTheNextAttempt) {
    EXPECT_EQ(status_from(json(R"({"nextAttempt":{"inSeconds":-5}})")).next_attempt->in, 0s);
    EXPECT_EQ(status_from(json(R"({"nextAttempt":{"inSeconds":1e300}})")).next_attempt->in,
              hours{366 * 24});
}

TEST(StatusTest, ReadsDatesAsRfc3339HasThem) {
    EXPECT_EQ(time_from("2024-02-29T12:30:15Z"), sys_days{2024y / 2 / 29} + 12h + 30min + 15s);
    EXPECT_EQ(time_from("2024-02-29T12:30:15.123456Z"), time_from("2024-02-29T12:30:15Z"));
    EXPECT_EQ(time_from("2024-02-29T12:30:15+02:00"), time_from("2024-02-29T10:30:15Z"));
    EXPECT_EQ(time_from("2024-02-29T12:30:15.5-05:30"), time_from("2024-02-29T18:00:15Z"));
    EXPECT_EQ(time_from("2016-12-31T23:59:60Z"), time_from("2017-01-01T00:00:00Z"));
}

TEST(StatusTest, RefusesWhatIsNoDate) {
    for (auto const* text :
         {"", "now", "2024-02-30T00:00:00Z", "2024-02-29", "2024-02-29T24:00:00Z",
          "2024-02-29T12:60:00Z", "2024-02-29T12:30:61Z", "2024-02-29T12:30:15",
          "2024-02-29T12:30:15+0200", "2024-02-29T12:30:15Zx", "2024-02-29T12:30:15+02:00x",
          "2024-02-29T12:30:15+2:00", "2024-02-29 12:30:15Z", "-024-02-29T12:30:15Z"})
        EXPECT_FALSE(time_from(text)) << text;
}

}  // namespace
}  // namespace settings::client
