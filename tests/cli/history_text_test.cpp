#include "cli/history_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "tests/cli/now.h"

namespace settings::cli {
namespace {

using client::Entry;
using client::Json;
using testing::HasSubstr;
using testing::Not;

Entry entry(Json const& more) {
    Json json = Json::parse(R"({"revision":42,"at":"2026-11-23T18:57:00Z","origin":"app",
        "app":{"pid":4711,"uid":1000,"executable":"/usr/bin/clock","name":"clock/1.2"},
        "changes":[{"path":"theme","old":"dark","new":"light"},{"path":"a.b","new":[1]},
                   {"path":"c","old":null}]})");
    json.update(more);
    return client::entry_from(json);
}

std::string told(Json const& more) {
    return log_text({.entries = {entry(more)}}, now, Style::plain);
}

TEST(HistoryTextTest, TheLogHasALineForEachEditAndEachChange) {
    EXPECT_EQ(told(Json::object()),
              "42  3 min ago  clock/1.2\n"
              "    theme: \"dark\" -> \"light\"\n"
              "    a.b: (none) -> [1]\n"
              "    c: null -> (none)\n");
    EXPECT_EQ(log_text({}, now, Style::plain), "nothing has changed\n");
}

TEST(HistoryTextTest, TheOrganizationsChangesStandWhereTheyBelongByTime) {
    auto const changed = [](char const* at) {
        return entry({{"revision", nullptr},
                      {"origin", "organization"},
                      {"app", nullptr},
                      {"at", at},
                      {"changes", {{{"path", "days"}, {"new", 30}}}}});
    };
    client::History const history{
        .entries = {entry({{"changes", Json::array()}}),
                    entry({{"changes", Json::array()}, {"at", "2026-11-23T18:59:00Z"}})},
        .organization = {changed("2026-11-23T18:58:00Z"), changed("2026-11-23T18:59:30Z")}};

    EXPECT_EQ(log_text(history, now, Style::plain),
              "42  3 min ago  clock/1.2\n"
              "-  2 min ago  the organization's settings\n    days: (none) -> 30\n"
              "42  1 min ago  clock/1.2\n"
              "-  30 s ago  the organization's settings\n    days: (none) -> 30\n");
    auto const json = Json::parse(log_text(history, now, Style::json));
    EXPECT_EQ(json.at("entries").size(), 2U);
    EXPECT_EQ(json.at("organization").size(), 2U);
    EXPECT_FALSE(Json::parse(log_text({}, now, Style::json)).contains("organization"));
}

TEST(HistoryTextTest, TheAuthorIsNamedAsWellAsItIsKnown) {
    EXPECT_THAT(told({{"app", {{"pid", 7}, {"executable", "/usr/bin/clock"}}}}),
                HasSubstr("  clock\n"));
    EXPECT_THAT(told({{"app", {{"pid", 7}}}}), HasSubstr("  process 7\n"));
    EXPECT_THAT(told({{"app", nullptr}}), HasSubstr("  an app\n"));
    EXPECT_THAT(told({{"origin", "undo"}}), HasSubstr("  undo by clock/1.2\n"));
    EXPECT_THAT(told({{"origin", "remote"}, {"app", nullptr}}), HasSubstr("  another device\n"));
    EXPECT_THAT(told({{"origin", "recovery"}}), HasSubstr("  recovery of the store\n"));
}

TEST(HistoryTextTest, TheWatchHasALineForEachChange) {
    setenv("TZ", "UTC", 1);
    tzset();

    EXPECT_EQ(event_text(entry(Json::object()), Style::plain),
              "2026-11-23 18:57:00 UTC  clock/1.2  theme: \"dark\" -> \"light\"\n"
              "2026-11-23 18:57:00 UTC  clock/1.2  a.b: (none) -> [1]\n"
              "2026-11-23 18:57:00 UTC  clock/1.2  c: null -> (none)\n");
    EXPECT_THAT(event_text(client::Reset{57, {{"a", 1}}}, Style::plain),
                HasSubstr("going on from revision 57\n"));
}

TEST(HistoryTextTest, APathCanBeTypedAsItIsShown) {
    Json const changes{{{"path", "editor.fontSize"}, {"names", {"editor.fontSize"}}, {"new", 1}},
                       {{"path", "a.b"}, {"new", 2}},
                       {{"path", ""}, {"new", 3}}};

    EXPECT_THAT(told({{"changes", changes}}), HasSubstr("    /editor.fontSize: (none) -> 1\n"
                                                        "    a.b: (none) -> 2\n"
                                                        "    /: (none) -> 3\n"));
}

TEST(HistoryTextTest, ProgramsGetTheEntriesAsTheyAre) {
    auto const one = entry(Json::object());

    EXPECT_EQ(event_text(one, Style::json), one.answer.dump() + '\n');
    EXPECT_EQ(event_text(client::Reset{57, {{"a", 1}}}, Style::json),
              "{\"reset\":true,\"revision\":57,\"settings\":{\"a\":1}}\n");
    EXPECT_EQ(Json::parse(log_text({{one}, 1, 42, true}, now, Style::json)),
              Json({{"entries", {one.answer}}, {"oldest", 1}, {"revision", 42}, {"more", true}}));
}

TEST(HistoryTextTest, TextsFromOutsideCannotTakeOverTheTerminal) {
    auto const text = told(
        {{"app", {{"name", "a\033[2Jb"}}}, {"changes", {{{"path", "x\ny"}, {"new", "\x7f"}}}}});

    EXPECT_THAT(text, HasSubstr("a\\u001b[2Jb"));
    EXPECT_THAT(text, HasSubstr("x\\ny: (none) -> \"\\u007f\""));
    EXPECT_THAT(text, Not(HasSubstr("\033")));
}

}  // namespace
}  // namespace settings::cli
