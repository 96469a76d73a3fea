#include "cli/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/usage_error.h"
#include "tests/client/fake_daemon.h"

namespace settings::cli {
namespace {

using client::reply;
using testing::EndsWith;
using testing::HasSubstr;

/// Runs a command against a daemon that gives one answer.
Outcome run_against(std::string const& answer, Command const& command, Style style = Style::plain) {
    client::FakeDaemon daemon{{{.replies = {answer, answer}}}};  // set asks what is there, too
    client::Client client{daemon.socket_path()};
    return run(command, {client, daemon.socket_path(), client::Time{}, style});
}

auto const document = reply(200, R"({"success":true,"settings":{"b":1,"a":"x"}})");
auto const value = reply(200, R"({"success":true,"path":"a","value":"x"})");
auto const saved = reply(200, R"({"success":true,"message":"ok","revision":7})");
auto const absent = reply(404, R"({"success":false,"message":"nothing there"})");
auto const full = reply(507, R"({"success":false,"message":"the disk is full"})");
auto const with_conflicts =
    reply(200, R"({"success":true,"synced":true,"revision":7,"conflicts":4,"reason":""})");
auto const synced = reply(200, R"({"success":true,"synced":true,"revision":7,"reason":""})");
auto const offline =
    reply(200, R"({"success":true,"synced":false,"revision":7,"reason":"offline"})");

TEST(CommandsTest, GetPrintsTheDocumentOrOneSetting) {
    EXPECT_EQ(run_against(document, Get{}).output, "{\n  \"a\": \"x\",\n  \"b\": 1\n}\n");
    EXPECT_EQ(run_against(value, Get{"a"}).output, "x\n");
    EXPECT_EQ(run_against(value, Get{"a"}, Style::json).output, "\"x\"\n");
}

TEST(CommandsTest, GetOfAnAbsentSettingFailsWithOneSentence) {
    auto const outcome = run_against(absent, Get{"a.b"});

    EXPECT_EQ(outcome.exit, Exit::refused);
    EXPECT_EQ(outcome.output, "");
    EXPECT_EQ(outcome.message, "there is no setting \"a.b\"");
}

TEST(CommandsTest, SetSendsOneEditForAllAssignments) {
    client::FakeDaemon daemon{{{.replies = {absent, absent, saved}}}};
    std::optional<client::Client> client{daemon.socket_path()};

    auto const outcome =
        run(Set{{"b.c=1", "a=x"}}, {*client, daemon.socket_path(), {}, Style::plain});

    EXPECT_EQ(outcome.exit, Exit::done);
    client.reset();
    EXPECT_THAT(daemon.stop(),
                testing::ElementsAre(testing::HasSubstr("GET /v1/settings/b.c"),
                                     testing::HasSubstr("GET /v1/settings/a"),
                                     testing::EndsWith(R"({"edits":[{"path":"b.c","value":1},)"
                                                       R"({"path":"a","value":"x"}]})")));
}

TEST(CommandsTest, EditsAreQuietUnlessJsonIsAskedFor) {
    EXPECT_EQ(run_against(saved, Set{{"a=1"}}).output, "");
    EXPECT_EQ(run_against(saved, Unset{{"a"}}).output, "");
    EXPECT_EQ(run_against(saved, Set{{"a=1"}}, Style::json).output, "{\"revision\":7}\n");
    EXPECT_EQ(run_against(saved, Unset{{"a"}}, Style::json).output, "{\"revision\":7}\n");
}

TEST(CommandsTest, EditsTheDaemonRefusesFailInItsWords) {
    for (Command const& command : {Command{Set{{"a=1"}}}, Command{Unset{{"a"}}}}) {
        auto const outcome = run_against(full, command, Style::json);

        EXPECT_EQ(outcome.exit, Exit::refused);
        EXPECT_EQ(outcome.output, "");
        EXPECT_EQ(outcome.message, "the disk is full");
    }
}

TEST(CommandsTest, WrongPathsAreRefusedBeforeTheDaemonIsAsked) {
    std::string const nowhere = "/nonexistent/socket";
    client::Client client{nowhere};
    std::string const dots(2'000, '.');
    for (Command const& command : {Command{Get{dots}}, Command{Get{""}}, Command{Set{{"=1"}}},
                                   Command{Unset{{"a", ""}}}, Command{Explain{dots}}})
        EXPECT_THROW((void)run(command, {client, nowhere, {}, Style::plain}), UsageError);
}

TEST(CommandsTest, EveryCommandTellsWhenNoDaemonAnswers) {
    std::string const nowhere = "/nonexistent/socket";
    client::Client client{nowhere};
    for (Command const& command :
         {Command{Get{}}, Command{Get{"a"}}, Command{Set{{"a=1"}}}, Command{Unset{{"a"}}},
          Command{ShowStatus{}}, Command{SyncNow{}}, Command{LogOut{}}, Command{Explain{"a"}},
          Command{Pause{}}, Command{ShowConflicts{}}, Command{RestoreConflict{{{"1"}}}},
          Command{ShowRejected{}}, Command{RetryRejected{}}, Command{DiscardRejected{"a"}},
          Command{ShowReview{}}, Command{DecideReview{}}}) {
        auto const outcome = run(command, {client, nowhere, {}, Style::plain});

        EXPECT_EQ(outcome.exit, Exit::unreachable);
        EXPECT_THAT(outcome.message, HasSubstr("not running"));
    }
}

TEST(CommandsTest, AWriteThatIsNotAnsweredHasAnExitStatusOfItsOwn) {
    client::Script const closes{.replies = {""}};
    auto const outcome_of = [&](Command const& command) {
        client::FakeDaemon daemon{{closes, closes}};
        client::Client client{daemon.socket_path()};
        return run(command, {client, daemon.socket_path(), {}, Style::plain});
    };

    for (Command const& write : {Command{Set{{"a=1"}}}, Command{Unset{{"a"}}}, Command{Undo{1}}}) {
        auto const outcome = outcome_of(write);
        EXPECT_EQ(outcome.exit, Exit::unknown);
        EXPECT_THAT(outcome.message, HasSubstr("unknown whether it is saved: read it back"));
    }
    EXPECT_EQ(outcome_of(Get{"a"}).exit, Exit::unreachable);
}

TEST(CommandsTest, StatusPrintsWhatTheDaemonSays) {
    auto const answer = reply(200, R"({"success":true,"summary":"All is well."})");

    EXPECT_EQ(run_against(answer, ShowStatus{}).output, "All is well.\n\n");
    EXPECT_EQ(run_against(answer, ShowStatus{}, Style::json).output,
              "{\"success\":true,\"summary\":\"All is well.\"}\n");
}

TEST(CommandsTest, LogoutSaysWhatBecameOfIt) {
    auto const out = reply(200, R"({"success":true,"message":"Logged out"})");

    EXPECT_EQ(run_against(out, LogOut{}).output, "logged out\n");
    EXPECT_EQ(run_against(out, LogOut{}, Style::json).output, "{\"success\":true}\n");
    EXPECT_EQ(run_against(full, LogOut{}).message, "the disk is full");
}

TEST(CommandsTest, DecisionsSayWhatBecameOfThem) {
    auto const good =
        reply(200, R"({"success":true,"revision":7,"keys":2,"conflicts":[{"id":1,"path":"a"}]})");
    auto const told = [&](Command const& command) { return run_against(good, command).output; };

    EXPECT_THAT(told(Pause{}), HasSubstr("paused: "));
    EXPECT_EQ(told(Resume{}), "resumed\n");
    EXPECT_EQ(told(RestoreConflict{{{"1"}}}), "restored\n");
    EXPECT_EQ(told(DiscardConflict{{{"1"}}}), "discarded\n");
    EXPECT_EQ(told(RetryRejected{}), "trying 2 settings again\n");
    EXPECT_THAT(told(DiscardRejected{"a"}), HasSubstr("discarded; "));
    EXPECT_THAT(told(DecideReview{}), HasSubstr("takes the server's document"));
    EXPECT_THAT(told(DecideReview{client::Verdict::refuse}), HasSubstr("puts this device's"));

    auto const json = [&](Command const& command) {
        return run_against(good, command, Style::json).output;
    };
    EXPECT_EQ(json(RestoreConflict{{{"1"}}}), "{\"revision\":7}\n");
    EXPECT_EQ(json(RetryRejected{}), "{\"keys\":2}\n");
    EXPECT_EQ(json(Pause{}), "{\"success\":true}\n");
}

TEST(CommandsTest, ListsAreToldToPeopleAndPrograms) {
    auto const answer = reply(200, R"({"success":true,"path":"a","state":"synced",
        "conflicts":[{"id":7,"path":"a"}],"rejected":[{"key":"b"}],"review":null})");

    EXPECT_EQ(run_against(answer, Explain{"a"}).output, "a: synced\n\n");
    EXPECT_THAT(run_against(answer, ShowConflicts{}).output, HasSubstr("\n7   a "));
    EXPECT_EQ(run_against(answer, ShowConflicts{}, Style::json).output,
              "[{\"id\":7,\"path\":\"a\"}]\n");
    EXPECT_THAT(run_against(answer, ShowRejected{}).output, HasSubstr("\nb "));
    EXPECT_EQ(run_against(answer, ShowReview{}).output, "nothing is held for review\n");
}

TEST(CommandsTest, ADecisionOnSettingsTellsWhatIsStillHeld) {
    auto const rest = reply(200, R"({"success":true,"review":{"keys":["b"],"tag":"7f"}})");
    DecideReview const decide{client::Verdict::apply, {"a"}};

    EXPECT_THAT(run_against(rest, decide).output, EndsWith("still held: b\n"));
    EXPECT_EQ(run_against(rest, decide, Style::json).output, "{\"keys\":[\"b\"],\"tag\":\"7f\"}\n");
}

TEST(CommandsTest, ASettingThatIsNotHeldIsToldFromTheOneThatIsMeant) {
    auto const unknown = reply(404, R"({"success":false,"message":"\"fontt\" is none"})");
    auto const held = reply(200, R"({"success":true,"review":{"keys":["font"]}})");
    client::FakeDaemon daemon{{{.replies = {unknown, held}}}};
    client::Client client{daemon.socket_path()};
    DecideReview const decide{client::Verdict::apply, {"theme", "fontt"}};

    auto const outcome = run(decide, {client, daemon.socket_path(), client::Time{}, Style::plain});

    EXPECT_EQ(outcome.exit, Exit::refused);
    EXPECT_EQ(outcome.message, R"("fontt" is none; did you mean "font"?)");
}

TEST(CommandsTest, WhoDecidesOnWhatIsNoLongerHeldIsShownWhatIs) {
    auto const stale = reply(412, R"({"success":false,"message":"another one is held"})");
    auto const held = reply(200, R"({"success":true,"review":{"keys":["font"],"tag":"80"}})");
    client::FakeDaemon daemon{{{.replies = {stale, held}}}};
    client::Client client{daemon.socket_path()};
    DecideReview decide{client::Verdict::apply};
    decide.shown = "7f";

    auto const outcome = run(decide, {client, daemon.socket_path(), client::Time{}, Style::plain});

    EXPECT_EQ(outcome.exit, Exit::refused);
    EXPECT_EQ(outcome.message, "another one is held");
    EXPECT_THAT(outcome.output, HasSubstr("\"--shown 80\""));
}

TEST(CommandsTest, WhatIsNotThereToDecideOnIsRefused) {
    for (Command const& command :
         {Command{RestoreConflict{{{"1"}}}}, Command{RetryRejected{"a"}},
          Command{DiscardRejected{"a"}}, Command{DecideReview{}}, Command{Pause{}}}) {
        auto const outcome = run_against(absent, command);

        EXPECT_EQ(outcome.exit, Exit::refused);
        EXPECT_EQ(outcome.message, "nothing there");
    }
}

TEST(CommandsTest, AnyNumberOfConflictsIsSettledAtOnce) {
    auto const list = reply(200, R"({"success":true,"conflicts":[
        {"id":7,"path":"font.size"},{"id":5,"path":"font"},{"id":6,"path":"theme"}]})");
    client::FakeDaemon daemon{{{.replies = {list, saved, saved}}}};
    std::optional<client::Client> client{daemon.socket_path()};

    auto const outcome =
        run(RestoreConflict{{{"font"}}}, {*client, daemon.socket_path(), {}, Style::plain});

    EXPECT_EQ(outcome.output, "restored 2 conflicts\n");
    client.reset();
    EXPECT_THAT(daemon.stop(), testing::ElementsAre(testing::HasSubstr("GET /v1/conflicts"),
                                                    testing::HasSubstr(R"("id":5)"),
                                                    testing::HasSubstr(R"("id":7)")));
}

TEST(CommandsTest, NoConflictIsSettledWhereOneNameIsWrong) {
    auto const list = reply(200, R"({"success":true,"conflicts":[{"id":7,"path":"a"}]})");

    auto const outcome = run_against(list, DiscardConflict{{{"7", "b"}}});

    EXPECT_EQ(outcome.exit, Exit::refused);
    EXPECT_EQ(outcome.message, "there is no conflict about \"b\"; see: settingsctl conflicts");
    EXPECT_THROW(run_against(list, DiscardConflict{}), UsageError);
    EXPECT_THROW((run_against(list, DiscardConflict{{{"7"}, true}})), UsageError);
}

TEST(CommandsTest, SyncSaysWhatBecameOfIt) {
    EXPECT_EQ(run_against(synced, SyncNow{}).output, "everything is synced\n");
    EXPECT_EQ(run_against(with_conflicts, SyncNow{1.0}).output,
              "everything is synced\n4 settings were changed here and elsewhere, and one value of "
              "each was "
              "not kept: settingsctl conflicts\n");
    auto const asked = run_against(offline, SyncNow{});
    EXPECT_EQ(asked.output, "sync asked for: offline\n");
    EXPECT_EQ(asked.exit, Exit::done);
}

TEST(CommandsTest, SyncFailsWhenTheWaitWasTooShort) {
    auto const outcome = run_against(offline, SyncNow{1.0});
    EXPECT_EQ(outcome.exit, Exit::refused);
    EXPECT_EQ(outcome.output, "");
    EXPECT_EQ(outcome.message, "not synced yet: offline; see: settingsctl status");

    auto const json = run_against(offline, SyncNow{1.0}, Style::json);
    EXPECT_EQ(json.exit, Exit::refused);
    EXPECT_EQ(json.output,
              "{\"conflicts\":0,\"reason\":\"offline\",\"revision\":7,\"synced\":false}\n");

    EXPECT_EQ(run_against(synced, SyncNow{1.0}).exit, Exit::done);
}

}  // namespace
}  // namespace settings::cli
