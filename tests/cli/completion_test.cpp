#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/completions.h"
#include "cli/grammar.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace settings::cli {
namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Json const sample = {{"theme", "light"},
                     {"tags", {1}},
                     {"panel", {{"side", "left"}, {"size", {{"x", 1}, {"y", 2}}}}},
                     {"odd\nname", 1},
                     {"", 1}};

std::vector<std::string> texts(std::vector<Candidate> const& candidates) {
    std::vector<std::string> all;
    for (auto const& candidate : candidates) all.push_back(candidate.text);
    return all;
}

/// What these words, of which the last one is typed just now, can become.
std::vector<std::string> completed(std::vector<std::string> words) {
    Grammar const grammar;
    Completion::Sources const sources{
        [] { return sample; },
        [] {
            return std::vector<std::string>{"font", "a.b", "-dash", "fo\nnt"};
        }};
    return texts(Completion{grammar.app(), std::move(words)}.candidates(sources));
}

TEST(CompletionTest, BeginsWithTheCommands) {
    EXPECT_THAT(completed({"ge"}), ElementsAre("get"));
    EXPECT_THAT(completed({"--json", "uns"}), ElementsAre("unset"));
    EXPECT_THAT(completed({""}), Contains("status"));
    EXPECT_THAT(completed({""}), Not(Contains("complete")));
    EXPECT_THAT(completed({"conflicts", ""}), ElementsAre("restore", "discard"));
    EXPECT_THAT(completed({"notify", ""}), ElementsAre("on", "off"));
    EXPECT_THAT(completed({"pause", ""}), IsEmpty());
}

TEST(CompletionTest, OffersTheOptionsOfACommandAndThoseOfAll) {
    EXPECT_THAT(completed({"load", "--"}),
                ElementsAre("--dry-run", "--help", "--help-all", "--json", "--replace", "--socket",
                            "--version"));
    EXPECT_THAT(completed({"rejected", "retry", "--js"}), ElementsAre("--json"));
    EXPECT_THAT(completed({"get", "--", "--"}), IsEmpty());
}

TEST(CompletionTest, AnOptionMayHaveItsValueBehindASign) {
    EXPECT_THAT(completed({"--socket=/x", "ge"}), ElementsAre("get"));
    EXPECT_THAT(completed({"log", "--since=1h", "the"}), ElementsAre("theme"));
    EXPECT_THAT(completed({"get", "--socket=/de"}), ElementsAre(":files"));
    EXPECT_THAT(completed({"review", "merge", "--account=fo"}), ElementsAre("--account=font"));
    EXPECT_THAT(completed({"log", "--since=1"}), IsEmpty());
    EXPECT_THAT(completed({"log", "--nothing=1"}), IsEmpty());
    Grammar const grammar;
    EXPECT_EQ((Completion{grammar.app(), {"--socket=/x", "get", ""}}.socket()), "/x");
}

/// What bash would put in the place of the piece that it completes, when `settingsctl complete` is
/// asked for these words and offers that.
std::string completed_by_bash(std::string const& line, std::vector<std::string> const& pieces,
                              std::string const& asked, std::string const& offered) {
    std::vector<std::string> words{"bash",          "--norc", "-c",  R"(eval "$1"
        settingsctl() { shift 2; [[ "$*" == "$asked" ]] && echo "$offered"; }
        compopt() { [[ $2 == nospace ]] || echo files; }
        COMP_LINE=$2 COMP_POINT=${#2} asked=$3 offered=$4
        COMP_WORDS=("${@:5}") COMP_CWORD=$(($# - 5))
        _settingsctl
        printf '%s' "${COMPREPLY[@]}")", "bash",
                                   bash_completion, line,     asked, offered};
    words.insert(words.end(), pieces.begin(), pieces.end());
    TemporaryFolder const folder;
    auto const done = settings::run(words, folder.path());
    EXPECT_EQ(done.errors, "");
    return done.output;
}

TEST(CompletionTest, BashGetsWholeWordsAndOffersWhatIsLeftOfOne) {
    EXPECT_EQ(completed_by_bash("settingsctl set a:b", {"settingsctl", "set", "a", ":", "b"},
                                "set a:b", "a:bc="),
              "bc=");
    EXPECT_EQ(
        completed_by_bash("settingsctl set a:", {"settingsctl", "set", "a", ":"}, "set a:", "a:b="),
        "b=");
    EXPECT_EQ(
        completed_by_bash("settingsctl --socket=/x ge",
                          {"settingsctl", "--socket", "=", "/x", "ge"}, "--socket=/x ge", "get"),
        "get");
    EXPECT_EQ(completed_by_bash("settingsctl log --since=1h be",
                                {"settingsctl", "log", "--since", "=", "1h", "be"},
                                "log --since=1h be", "beta"),
              "beta");
    EXPECT_EQ(completed_by_bash("settingsctl --socket=", {"settingsctl", "--socket", "="},
                                "--socket=", ":files"),
              "files\n");
    EXPECT_EQ(
        completed_by_bash("settingsctl set a=1 th", {"settingsctl", "set", "a", "=", "1", "th"},
                          "set a=1 th", "theme="),
        "theme=");
    EXPECT_EQ(completed_by_bash("settingsctl set a= ", {"settingsctl", "set", "a", "=", ""},
                                "set a= ", "theme="),
              "theme=");
}

TEST(CompletionTest, OffersPathsWhereOneIsWanted) {
    EXPECT_THAT(completed({"get", "t"}), ElementsAre("tags", "theme"));
    EXPECT_THAT(completed({"--json", "explain", "th"}), ElementsAre("theme"));
    EXPECT_THAT(completed({"get", "theme", ""}), IsEmpty());
    EXPECT_THAT(completed({"unset", "theme", "ta"}), ElementsAre("tags"));
    EXPECT_THAT(completed({"rejected", "discard", "th"}), ElementsAre("theme"));
}

TEST(CompletionTest, OffersTheKeysThatAreHeldWhereADecisionIsOnThem) {
    EXPECT_THAT(completed({"review", "apply", ""}), ElementsAre("font", "a.b", "/-dash"));
    EXPECT_THAT(completed({"review", "refuse", "font", "a"}), ElementsAre("a.b"));
    EXPECT_THAT(completed({"review", "apply", "/"}), ElementsAre("/font", "/a.b", "/-dash"));
    EXPECT_THAT(completed({"review", "merge", "--device", "f"}), ElementsAre("font"));
    EXPECT_THAT(completed({"review", "merge", ""}), IsEmpty());
}

TEST(CompletionTest, OffersAssignmentsUpToTheEqualsSign) {
    EXPECT_THAT(completed({"set", "th"}), ElementsAre("theme="));
    EXPECT_THAT(completed({"set", "a=1", "panel.si"}), ElementsAre("panel.side=", "panel.size="));
    EXPECT_THAT(completed({"set", "theme=li"}), IsEmpty());
}

TEST(CompletionTest, KnowsWhatOptionsAndArgumentsTake) {
    EXPECT_THAT(completed({"--socket", ""}), ElementsAre(":files"));
    EXPECT_THAT(completed({"load", ""}), ElementsAre(":files"));
    EXPECT_THAT(completed({"completion", "z"}), ElementsAre("zsh"));
    EXPECT_THAT(completed({"sync", "--wait", ""}), IsEmpty());
    EXPECT_THAT(completed({"--socket", "get", "ge"}), ElementsAre("get"));
}

TEST(CompletionTest, AsksTheDaemonThatTheWordsName) {
    Grammar const grammar;

    EXPECT_EQ((Completion{grammar.app(), {"get", "--socket", "/s", ""}}.socket()), "/s");
    EXPECT_EQ((Completion{grammar.app(), {"get", ""}}.socket()), "");
}

TEST(PathsTest, GoesAsDeepAsTheBeginning) {
    EXPECT_THAT(texts(paths_with("", sample)), ElementsAre("panel", "tags", "theme"));
    EXPECT_THAT(texts(paths_with("panel.si", sample)), ElementsAre("panel.side", "panel.size"));
    EXPECT_THAT(texts(paths_with("panel.", sample)), ElementsAre("panel.side", "panel.size"));
}

TEST(PathsTest, ShowsWhatIsInTheOnlyOne) {
    EXPECT_THAT(texts(paths_with("pa", sample)), ElementsAre("panel", "panel.side", "panel.size"));
    EXPECT_THAT(texts(paths_with("panel.siz", sample)),
                ElementsAre("panel.size", "panel.size.x", "panel.size.y"));
}

TEST(PathsTest, FindsNothingWhereNothingIs) {
    for (auto const* beginning : {"x", "theme.", "theme.x", "no.such", "panel..", "."})
        EXPECT_THAT(texts(paths_with(beginning, sample)), IsEmpty()) << beginning;
}

TEST(PathsTest, WritesANameWithADotAsAPointer) {
    Json const dots = {{"editor.fontSize", {{"x.y", 1}, {"z", 2}}}, {"editor", {{"tabs", 1}}}};

    EXPECT_THAT(texts(paths_with("", dots)), ElementsAre("editor", "/editor.fontSize"));
    EXPECT_THAT(texts(paths_with("/ed", dots)), ElementsAre("/editor", "/editor.fontSize"));
    EXPECT_THAT(texts(paths_with("", Json({{"-dash", 1}}))), ElementsAre("/-dash"));
    EXPECT_THAT(texts(paths_with("/editor.", dots)),
                ElementsAre("/editor.fontSize", "/editor.fontSize/x.y", "/editor.fontSize/z"));
    EXPECT_THAT(texts(paths_with("/editor.fontSize/", dots)),
                ElementsAre("/editor.fontSize/x.y", "/editor.fontSize/z"));
    EXPECT_THAT(texts(paths_with("/editor/", dots)), ElementsAre("/editor/tabs"));
}

TEST(PathsTest, CompletesANameWithADotAsItIsTyped) {
    Json const dots = {{"editor.fontSize", {{"x.y", 1}}}, {"editor", {{"tabs", 1}}}};

    EXPECT_THAT(texts(paths_with("editor", dots)), ElementsAre("editor", "editor.fontSize"));
    EXPECT_THAT(texts(paths_with("editor.", dots)), ElementsAre("editor.tabs", "editor.fontSize"));
    EXPECT_THAT(texts(paths_with("editor.fontSize.x", dots)), ElementsAre("editor.fontSize.x.y"));
}

TEST(PathsTest, OffersNoPathThatIsReadAsAnotherOne) {
    Json const two = {{"a.b", 1}, {"a", {{"b", 2}, {"c", 3}}}, {"/x", 4}, {"~", 5}};

    EXPECT_THAT(texts(paths_with("a.", two)), ElementsAre("a.c", "a.b"));
    EXPECT_THAT(texts(paths_with("/a/", two)), ElementsAre("/a/b", "/a/c"));
    EXPECT_THAT(texts(paths_with("", two)), ElementsAre("/~1x", "a", "/a.b", "~"));
}

TEST(CompletionTest, OffersAssignmentsThatEndAtTheirEqualsSign) {
    Grammar const grammar;
    Json const odd = {{"a=b", 1}, {"a", 2}};

    EXPECT_THAT(
        texts(Completion{grammar.app(), {"set", "a"}}.candidates({[&] { return odd; }, {}})),
        ElementsAre("a="));
}

TEST(PathsTest, DescribesEachByItsValue) {
    EXPECT_EQ(paths_with("th", sample).front().description, "\"light\"");
    EXPECT_LT(paths_with("", {{"a", std::string(500, 'x')}}).front().description.size(), 60U);
}

}  // namespace
}  // namespace settings::cli
