#include "cli/decisions_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "tests/cli/now.h"

namespace settings::cli {
namespace {

using namespace std::chrono;
using client::Conflict;
using client::Explanation;
using client::Json;
using client::Status;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(DecisionsTextTest, AnExplanationIsAChainOfLines) {
    Explanation const told{"theme", "pending", {"durable", "offline"}, "a network", {}};

    EXPECT_EQ(explanation_text(told, Style::plain),
              "theme: pending\n"
              "\n"
              "Because       durable\n"
              "              offline\n"
              "Unblocked by  a network\n");
    EXPECT_EQ(explanation_text({"theme", "synced", {"durable"}, "", {}}, Style::plain),
              "theme: synced\n\nBecause       durable\n");
}

TEST(DecisionsTextTest, AnExplanationTellsTimesAsTheyAreHere) {
    setenv("TZ", "CET-1", 1);
    tzset();
    Explanation const told{"theme", "synced", {"durable since 2026-11-23T19:00:00Z, in 3"}, "", {}};

    EXPECT_EQ(explanation_text(told, Style::plain),
              "theme: synced\n\nBecause       durable since 2026-11-23 20:00:00 CET, in 3\n");
    setenv("TZ", "UTC", 1);
    tzset();
}

TEST(DecisionsTextTest, AnExplanationHasTheColourOfItsState) {
    for (auto const& [state, start] :
         {std::pair{"synced", "\033[32m"}, {"pending", "\033[33m"}, {"rejected", "\033[31m"}})
        EXPECT_THAT(explanation_text({"a", state, {}, "", {}}, Style::colours), StartsWith(start));
}

TEST(DecisionsTextTest, ConflictsStandInColumns) {
    std::vector<Conflict> const conflicts{{12, now - 3min, "panel.größe", true, 2, Json{1, 2}, {}},
                                          {7, {}, "theme", false, {}, "dark", {}}};

    EXPECT_THAT(conflicts_text(conflicts, now, Style::plain),
                StartsWith("ID  Setting      Kept                Not kept           When\n"
                           "12  panel.größe  2 (here)            [1,2] (elsewhere)  3 min ago\n"
                           "7   theme        \"dark\" (elsewhere)  (none) (here)      ?\n"
                           "\n"
                           "\"settingsctl conflicts restore ID\""));
    EXPECT_EQ(conflicts_text({}, now, Style::plain), "there is no conflict\n");
}

TEST(DecisionsTextTest, ColumnsAreAsWideAsATerminalShowsThem) {
    std::vector<Status::Rejected> const rejected{{"設定", 0, "no", {}, 2, 125s, {}},
                                                 {"e\u0301a", 0, "no", {}, 2, 125s, {}},
                                                 {"x\x1by", 0, "no", {}, 2, 125s, {}}};

    EXPECT_THAT(rejected_text(rejected, now, Style::plain),
                StartsWith("Setting   When  Times  Again in  Message\n"
                           "設定      ?     2      2 min     no\n"
                           "e\u0301a        ?     2      2 min     no\n"
                           "x\\u001by  ?     2      2 min     no\n"));
}

TEST(DecisionsTextTest, ALongValueIsCutBetweenCharacters) {
    std::string umlauts;
    for (int i = 0; i < 30; ++i) umlauts += "ü";

    auto const text = conflicts_text({{1, {}, "a", true, umlauts, 1, {}}}, now, Style::plain);

    EXPECT_THAT(text, HasSubstr("\"" + umlauts.substr(0, 38) + "… (here)"));
}

TEST(DecisionsTextTest, RejectedSettingsStandInColumnsWithTheServersWords) {
    std::vector<Status::Rejected> const rejected{{"theme", 400, "no", now - 3min, 2, 125s, {}},
                                                 {"a.b", {}, "why", {}, {}, {}, {}}};

    EXPECT_THAT(rejected_text(rejected, now, Style::plain),
                StartsWith("Setting  When       Times  Again in  Message\n"
                           "theme    3 min ago  2      2 min     no (status 400)\n"
                           "a.b      ?          1      ?         why\n"
                           "\n"
                           "\"settingsctl rejected retry KEY\""));
    EXPECT_EQ(rejected_text({}, now, Style::plain), "the server has rejected nothing\n");
}

TEST(DecisionsTextTest, AReviewSaysWhatItIsAboutAndWhatToDo) {
    auto const text = review_text(Status::Review{12, 3, 9, {}}, Style::plain);

    EXPECT_THAT(text, StartsWith("the server's document would change 3 and remove 9 of the 12 "
                                 "settings that it held\n\n\"settingsctl review apply\""));
    EXPECT_EQ(review_text({}, Style::plain), "nothing is held for review\n");

    Status::Review removals{12, 3, 9, {}};
    removals.differences = {{"font.size", Json(14), std::nullopt, true},
                            {"long", {}, {}, false},
                            {"theme", Json("light"), Json("dark")}};
    removals.keys = {"font", "long", "a.b"};
    removals.tag = "7f";
    auto const shown = review_text(removals, Style::plain);
    EXPECT_THAT(shown, HasSubstr("\n\nSetting     Here     At the server\n"
                                 "font.size   14       (none)\n"
                                 "long        …        …\n"
                                 "theme       \"light\"  \"dark\"\n"
                                 "and 9 more           \n\n\"settingsctl review apply\""));
    EXPECT_THAT(shown, HasSubstr("decide about some alone: font, long, /a.b.\n\"--shown 7f\""));

    Status::Review another{};
    another.kind = "account";
    another.differ = 3;
    another.only_there = 12;
    another.only_here = 1;
    another.differences = {{"theme", Json("light"), Json("dark")}, {"long", std::nullopt, Json(1)}};
    auto const told = review_text(another, Style::plain);
    EXPECT_THAT(told, HasSubstr("Setting     Here     In the account\n"
                                "theme       \"light\"  \"dark\"\n"
                                "long        …        1\n"
                                "and 1 more           \n"));
    EXPECT_THAT(told, HasSubstr("3 settings differ; 12 only in the account; 1 only here\n"));
    EXPECT_THAT(told, HasSubstr("\"settingsctl logout\" keeps them apart"));
}

TEST(DecisionsTextTest, ALoginNamesWhatGoesAndWhoseLoginIsOver) {
    Status::Review first{};
    first.kind = "first";
    first.only_here = 7;
    first.only_here_paths = {"a", "b.c", "d", "e", "f", "g"};
    EXPECT_TRUE(asks_for_nothing(first));
    EXPECT_THAT(encounter_text(first, Style::plain),
                HasSubstr("; 7 only here: a, b.c, d, e, f, …\n"));
    EXPECT_THAT(choices_text(first, ""), HasSubstr("as they are; removes 7 here\n"));
    EXPECT_THAT(choices_text(first, ""), HasSubstr("cancel: log out again\n"));
    EXPECT_THAT(choices_text(first, "bob@example.org"),
                HasSubstr("log out; to go on as before, log in as bob@example.org\n"));

    first.only_there = 1;
    EXPECT_FALSE(asks_for_nothing(first));
    first.only_there = 0;
    first.kind = "account";
    EXPECT_FALSE(asks_for_nothing(first)) << "they may not be meant for that account";
}

TEST(DecisionsTextTest, ADecisionOnSettingsSaysWhatIsStillHeld) {
    EXPECT_EQ(decided_text(client::Verdict::apply, std::nullopt),
              "taken over as the server has it; nothing is held any more\n");
    Status::Review rest{};
    rest.keys.assign(22, "k");
    EXPECT_THAT(
        decided_text(client::Verdict::refuse, rest),
        AllOf(StartsWith("kept; the next round puts it back at the server; still held: k, "),
              HasSubstr(" and 2 more\n")));
}

TEST(DecisionsTextTest, AsJsonTheyAreWhatTheDaemonTold) {
    Json const told{{"news", 1}};

    EXPECT_EQ(explanation_text({"a", "", {}, "", told}, Style::json), "{\"news\":1}\n");
    EXPECT_EQ(conflicts_text({{1, {}, "a", true, {}, {}, told}}, now, Style::json),
              "[{\"news\":1}]\n");
    EXPECT_EQ(rejected_text({{"a", {}, "", {}, {}, {}, told}}, now, Style::json),
              "[{\"news\":1}]\n");
    EXPECT_EQ(conflicts_text({}, now, Style::json), "[]\n");
    EXPECT_EQ(review_text(Status::Review{1, 1, 1, told}, Style::json), "{\"news\":1}\n");
    EXPECT_EQ(review_text({}, Style::json), "null\n");
}

TEST(DecisionsTextTest, TextsFromOutsideCannotTakeOverTheTerminal) {
    std::string const bad = "a\033[2J\n";
    std::string const told = explanation_text({bad, bad, {bad}, bad, {}}, Style::plain) +
                             conflicts_text({{1, {}, bad, true, bad, bad, {}}}, now, Style::plain) +
                             rejected_text({{bad, 400, bad, {}, {}, {}, {}}}, now, Style::plain);

    EXPECT_THAT(told, testing::Not(HasSubstr("\033")));
    EXPECT_THAT(told, HasSubstr("a\\u001b[2J\\n  ?"));
}

}  // namespace
}  // namespace settings::cli
