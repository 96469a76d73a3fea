#include "cli/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace settings::cli {
namespace {

using namespace std::chrono;
using client::Json;
using client::Status;
using client::Time;
using testing::HasSubstr;
using testing::Not;

class PrintTest : public testing::Test {
  protected:
    PrintTest() {
        ::setenv("TZ", "UTC", 1);
        ::tzset();
    }

    /// How an event at `at` is told.
    [[nodiscard]] std::string told(Time at) const {
        Status status;
        status.last_success = at;
        return status_text(status, now, Style::plain);
    }

    Time const now = sys_days{2024y / 5 / 1} + 12h + 30min;
};

TEST_F(PrintTest, StringsAreBareAndTheRestIsJson) {
    EXPECT_EQ(value_text("light", Style::plain), "light\n");
    EXPECT_EQ(value_text("", Style::plain), "\n");
    EXPECT_EQ(value_text(false, Style::plain), "false\n");
    EXPECT_EQ(value_text(0.5, Style::plain), "0.5\n");
    EXPECT_EQ(value_text(nullptr, Style::plain), "null\n");
    EXPECT_EQ(value_text({{"b", {1}}, {"a", "x"}}, Style::plain),
              "{\n  \"a\": \"x\",\n  \"b\": [\n    1\n  ]\n}\n");
}

TEST_F(PrintTest, APersonSeesWhatAProgramGetsAsItIs) {
    std::string const text = "a\x1b[2J\n\tb\u009b\u202e\x7f";

    EXPECT_EQ(value_text(text, Style::plain), text + '\n');
    EXPECT_EQ(value_text({{"a", "\u009b"}}, Style::plain), "{\n  \"a\": \"\u009b\"\n}\n");
    EXPECT_EQ(value_text("\u009b", Style::json), "\"\u009b\"\n");
    for (auto const style : {Style::terminal, Style::colours}) {
        EXPECT_EQ(value_text(text, style), "a\\u001b[2J\n\tb\\u009b\\u202e\\u007f\n");
        EXPECT_EQ(value_text({{"a", "\u009b"}}, style), "{\n  \"a\": \"\\u009b\"\n}\n");
    }
}

TEST_F(PrintTest, JsonStyleIsOneLine) {
    EXPECT_EQ(value_text("light", Style::json), "\"light\"\n");
    EXPECT_EQ(value_text({{"b", {1}}, {"a", "x"}}, Style::json), "{\"a\":\"x\",\"b\":[1]}\n");
}

TEST_F(PrintTest, TheStatusIsOneScreen) {
    Status status;
    status.state = "waiting";
    status.summary = "2 settings wait for the network.";
    status.revision = 12;
    status.pending = 2;
    status.rejected = {{"theme", 400, "Failed to update", now - 3min}, {"a.b", 0U, "no", {}}};
    status.review = Status::Review{12, 3, 9, {}};
    status.conflicts = 2;
    status.last_success = now - 5h;
    status.last_error = Status::LastError{"timed out", now - 90s};
    status.next_attempt = Status::NextAttempt{25min, "routine look"};
    status.server = "https://backend.flashback.tech";
    status.version = "0.1.0";

    EXPECT_EQ(status_text(status, now, Style::plain),
              "2 settings wait for the network.\n"
              "\n"
              "Pending       2 settings\n"
              "Rejected      theme: Failed to update (status 400), 3 min ago\n"
              "              a.b: no\n"
              "Review        3 changed and 9 removed of 12; see: settingsctl review\n"
              "Conflicts     2; see: settingsctl conflicts\n"
              "Last success  2024-05-01 07:30:00 UTC (5 h ago)\n"
              "Last error    timed out, 2024-05-01 12:28:30 UTC (1 min ago)\n"
              "Next attempt  in 25 min: routine look\n"
              "Revision      12\n"
              "Server        https://backend.flashback.tech\n"
              "Version       0.1.0\n");
}

TEST_F(PrintTest, WhatTheFirstLineSaysIsNotSaidAgain) {
    Status status;
    status.summary = "next attempt in 3 s: the server answered 503";
    status.last_error = Status::LastError{"the server answered 503", now - 90s};
    status.next_attempt = Status::NextAttempt{3s, "the server answered 503"};

    EXPECT_EQ(status_text(status, now, Style::plain),
              "next attempt in 3 s: the server answered 503\n"
              "\n"
              "Last error    2024-05-01 12:28:30 UTC (1 min ago)\n"
              "Next attempt  in 3 s\n");
}

TEST_F(PrintTest, NamesTheSettingsThatWait) {
    Status status;
    status.pending = 2;
    status.pending_keys = {"theme", "font"};
    EXPECT_THAT(status_text(status, now, Style::plain),
                HasSubstr("Pending       2 settings: theme, font\n"));

    status.pending = 42;
    EXPECT_THAT(status_text(status, now, Style::plain),
                HasSubstr("Pending       42 settings: theme, font and 40 more\n"));
}

TEST_F(PrintTest, WhatTheDaemonLeftOutHasNoLine) {
    Status status;
    status.state = "idle";
    status.pending = 0;
    status.conflicts = 0;

    EXPECT_EQ(status_text(status, now, Style::plain), "State: idle\n\nPending       nothing\n");
}

TEST_F(PrintTest, TheStatusAsJsonIsTheWholeAnswer) {
    Status status;
    status.answer = {{"state", "idle"}, {"news", 1}};

    EXPECT_EQ(status_text(status, now, Style::json), "{\"news\":1,\"state\":\"idle\"}\n");
}

TEST_F(PrintTest, TellsHowLongAgoInOneUnit) {
    EXPECT_THAT(told(now + 1h), HasSubstr("(just now)"));
    EXPECT_THAT(told(now - 1s), HasSubstr("(just now)"));
    EXPECT_THAT(told(now - 59s), HasSubstr("(59 s ago)"));
    EXPECT_THAT(told(now - 60s), HasSubstr("(1 min ago)"));
    EXPECT_THAT(told(now - 3'599s), HasSubstr("(59 min ago)"));
    EXPECT_THAT(told(now - 3'600s), HasSubstr("(1 h ago)"));
    EXPECT_THAT(told(now - 47h), HasSubstr("(47 h ago)"));
    EXPECT_THAT(told(now - 48h), HasSubstr("(2 days ago)"));
}

TEST_F(PrintTest, GivesTimesInTheTimeZoneOfTheProcess) {
    ::setenv("TZ", "XYZ-02:00", 1);
    ::tzset();

    EXPECT_THAT(told(now), HasSubstr("2024-05-01 14:30:00 XYZ ("));
}

TEST_F(PrintTest, ColoursSayHowItStands) {
    Status status;
    status.summary = "Sentence.";
    for (auto const& [state, start] : {std::pair{"idle", "\033[32m"},
                                       {"waiting", "\033[33m"},
                                       {"offline", "\033[33m"},
                                       {"paused", "\033[33m"},
                                       {"held", "\033[31m"}}) {
        status.state = state;

        EXPECT_THAT(status_text(status, now, Style::colours),
                    testing::StartsWith(start + std::string{"Sentence.\033[0m\n"}));
        EXPECT_THAT(status_text(status, now, Style::plain), Not(HasSubstr("\033")));
    }
}

TEST_F(PrintTest, TellsWhoseAccountItIs) {
    Status status;
    status.server = "https://s";
    status.account = Status::Account{"7", "ada@x", "acme", "OWNER", now - 3h, "password", ""};
    EXPECT_EQ(account_text(status, now, Style::plain),
              "Account       ada@x\nId            7\nOrganization  acme, as OWNER\n"
              "Since         2024-05-01 09:30:00 UTC (3 h ago)\n"
              "By            a login with a password\nServer        https://s\n");
    EXPECT_THAT(status_text(status, now, Style::plain), HasSubstr("Account       ada@x\n"));

    status.account = Status::Account{"", "", "", "", {}, "file", ""};
    EXPECT_EQ(account_text(status, now, Style::plain),
              "Account       not known: the token does not say it\nBy            a token file\n"
              "Server        https://s\n");
    status.account->method = "password";
    status.account->second_factor = "GOOGLE_AUTH";
    EXPECT_THAT(account_text(status, now, Style::plain),
                HasSubstr("a login with a password and GOOGLE_AUTH"));
}

TEST_F(PrintTest, TextsFromOutsideCannotTakeOverTheTerminal) {
    Status status;
    status.summary = "a\033[2Jb";
    status.rejected = {{"k\n", 400, "m\r\x7fü", {}}};

    EXPECT_EQ(status_text(status, now, Style::plain),
              "a\\u001b[2Jb\n\nRejected      k\\n: m\\r\\u007fü (status 400)\n");
}

}  // namespace
}  // namespace settings::cli
