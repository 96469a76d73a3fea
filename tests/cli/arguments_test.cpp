#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>

#include "cli/grammar.h"

namespace settings::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::variant<Arguments, Information> parsed(std::vector<char const*> words) {
    words.insert(words.begin(), "settingsctl");
    return parse(static_cast<int>(words.size()), words.data());
}

Arguments arguments(std::vector<char const*> words) {
    return std::get<Arguments>(parsed(std::move(words)));
}

template <class Kind>
Kind command(std::vector<char const*> words) {
    return std::get<Kind>(arguments(std::move(words)).command);
}

std::string refusal(std::vector<char const*> words) {
    try {
        (void)parsed(std::move(words));
        return "accepted";
    } catch (UsageError const& error) {
        return error.what();
    }
}

TEST(ArgumentsTest, ReadsEachCommand) {
    EXPECT_EQ(command<Get>({"get"}).path, std::nullopt);
    EXPECT_EQ(command<Get>({"get", "a.b"}).path, "a.b");
    EXPECT_THAT(command<Set>({"set", "a=1", "b=[1,2]", "c="}).assignments,
                ElementsAre("a=1", "b=[1,2]", "c="));
    EXPECT_THAT(command<Unset>({"unset", "a", "b"}).paths, ElementsAre("a", "b"));
    (void)command<ShowStatus>({"status"});
    EXPECT_FALSE(command<LogIn>({"login"}).with_tokens);
    EXPECT_TRUE(command<LogIn>({"login", "--tokens"}).with_tokens);
    EXPECT_EQ(command<LogIn>({"login"}).first, std::nullopt);
    EXPECT_EQ(command<LogIn>({"login", "--first", "device"}).first, "device");
    (void)command<LogOut>({"logout"});
    (void)command<WhoAmI>({"whoami"});
    (void)command<ShowNotify>({"notify"});
    EXPECT_TRUE(command<SwitchNotify>({"notify", "on"}).on);
    EXPECT_FALSE(command<SwitchNotify>({"notify", "off"}).on);
    EXPECT_EQ(command<SyncNow>({"sync"}).wait, std::nullopt);
    EXPECT_EQ(command<SyncNow>({"sync", "--wait", "1.5"}).wait, 1.5);
    EXPECT_EQ(command<SyncNow>({"sync", "--wait=0"}).wait, 0.0);
}

TEST(ArgumentsTest, AnEmptyNameOfAFileIsNotTheUsualOne) {
    for (auto const& words : std::vector<std::vector<char const*>>{{"--socket", "", "get"},
                                                                   {"get", "--socket", ""},
                                                                   {"load", ""},
                                                                   {"backup", ""},
                                                                   {"restore", ""}})
        EXPECT_THAT(refusal(words), HasSubstr("an empty text names no file")) << words.front();
    EXPECT_NE(refusal({"get", "--socket="}), "accepted");
}

TEST(ArgumentsTest, WordsReachTheCommandAsTheyWereTyped) {
    for (auto const* word :
         {"[python]", "[a,b]", "[]",  "[",       "[[a],[b]]", "{}",   "%%",   "@file",
          "a,b",      "=",     "==",  "a=[b,c]", "\x01[a]",   "\x01", "'a'",  "\"a\"",
          "status",   "++",    "a b", "\\",      "$x",        "~",    "/a~1b"}) {
        EXPECT_EQ(command<Get>({"get", word}).path, word);
        EXPECT_THAT(command<Set>({"set", word, "x=1"}).assignments, ElementsAre(word, "x=1"));
        EXPECT_THAT(command<Unset>({"unset", "x", word}).paths, ElementsAre("x", word));
        EXPECT_EQ(command<Explain>({"explain", word}).path, word);
        EXPECT_EQ(command<Load>({"load", word}).file, word);
        EXPECT_EQ(command<RetryRejected>({"rejected", "retry", word}).key, word);
        EXPECT_THAT(command<Complete>({"complete", "--", word}).words, ElementsAre(word));
        EXPECT_EQ(command<Undo>({"undo", "--since", word}).since, word);
        EXPECT_EQ(arguments({"--socket", word, "get"}).socket, word);
    }
    for (auto const* word : {"-x", "--x", "--json", "--x=[1,2]", "--", ""}) {
        EXPECT_EQ(command<Get>({"get", "--", word}).path, word);
        EXPECT_THAT(command<Unset>({"unset", "--", word, "a"}).paths, ElementsAre(word, "a"));
    }
    EXPECT_EQ(command<Undo>({"undo", "--since=[1,2]"}).since, "[1,2]");
    EXPECT_THAT(command<Set>({"set", "x=-1", "y="}).assignments, ElementsAre("x=-1", "y="));
    EXPECT_EQ(command<Get>({"get", ""}).path, "");
}

TEST(ArgumentsTest, ReadsWhatIsDoneWithDocuments) {
    (void)command<Edit>({"edit"});
    (void)command<Dump>({"dump"});
    EXPECT_EQ(command<Load>({"load"}).file, "-");
    EXPECT_EQ(command<Load>({"load", "-"}).file, "-");
    auto const load = command<Load>({"load", "f.json", "--replace", "--dry-run"});
    EXPECT_EQ(load.file, "f.json");
    EXPECT_TRUE(load.replace && load.dry_run);
}

TEST(ArgumentsTest, ReadsWhatIsAskedOfTheHistory) {
    EXPECT_EQ(command<Watch>({"watch"}).path, std::nullopt);
    EXPECT_EQ(command<Watch>({"watch", "a.b"}).path, "a.b");
    EXPECT_EQ(command<Log>({"log"}).limit, std::nullopt);
    auto const log = command<Log>({"log", "a", "-n", "5", "--after", "7", "--since", "1 h"});
    EXPECT_EQ(log.path, "a");
    EXPECT_EQ(log.limit, 5U);
    EXPECT_EQ(log.after, 7);
    EXPECT_EQ(log.since, "1 h");
    EXPECT_EQ(command<Undo>({"undo"}).revision, std::nullopt);
    auto const undo = command<Undo>({"undo", "7", "--burst", "--force"});
    EXPECT_EQ(undo.revision, 7);
    EXPECT_TRUE(undo.burst && undo.force);
    EXPECT_EQ(command<Undo>({"undo", "--since", "2 hours ago"}).since, "2 hours ago");
    for (auto const* limit : {"0", "1001", "-1", "x"})
        EXPECT_THAT(refusal({"log", "--limit", limit}), HasSubstr("--limit")) << limit;
}

TEST(ArgumentsTest, ReadsHowLongToWaitAndToWatch) {
    EXPECT_EQ(command<Set>({"set", "a=1", "--wait", "2"}).wait, 2.0);
    EXPECT_EQ(command<Set>({"set", "a=1"}).wait, std::nullopt);
    EXPECT_TRUE(command<ShowStatus>({"status", "--watch"}).live);
    EXPECT_FALSE(command<ShowStatus>({"status"}).live);
}

TEST(ArgumentsTest, ReadsWhatAPersonDecides) {
    EXPECT_EQ(command<Explain>({"explain", "a.b"}).path, "a.b");
    (void)command<Pause>({"pause"});
    (void)command<Resume>({"resume"});
    (void)command<ShowConflicts>({"conflicts"});
    auto const restore = command<RestoreConflict>({"conflicts", "restore", "7", "a.b"}).which;
    EXPECT_THAT(restore.names, testing::ElementsAre("7", "a.b"));
    EXPECT_FALSE(restore.all);
    EXPECT_TRUE(command<DiscardConflict>({"conflicts", "discard", "--all"}).which.all);
    (void)command<ShowRejected>({"rejected"});
    EXPECT_EQ(command<RetryRejected>({"rejected", "retry"}).key, std::nullopt);
    EXPECT_EQ(command<RetryRejected>({"rejected", "retry", "a"}).key, "a");
    EXPECT_EQ(command<DiscardRejected>({"rejected", "discard", "a"}).key, "a");
    (void)command<ShowReview>({"review"});
    using client::Verdict;
    for (auto const& [name, verdict] :
         {std::pair{"apply", Verdict::apply}, std::pair{"refuse", Verdict::refuse},
          std::pair{"merge", Verdict::merge}, std::pair{"account", Verdict::account},
          std::pair{"device", Verdict::device}})
        EXPECT_EQ(command<DecideReview>({"review", name}).verdict, verdict);
}

TEST(ArgumentsTest, AReviewIsDecidedBySetting) {
    auto const apply =
        command<DecideReview>({"review", "apply", "font", "", "[a]", "--shown", "7f", "refuse"});
    EXPECT_EQ(apply.verdict, client::Verdict::apply);
    EXPECT_THAT(apply.keys, ElementsAre("font", "", "[a]", "refuse"));
    EXPECT_EQ(apply.shown, "7f");
    EXPECT_THAT(command<DecideReview>({"review", "refuse", "--", "-a"}).keys, ElementsAre("-a"));

    for (auto const* name : {"merge", "account", "device"}) {
        auto const decided = command<DecideReview>(
            {"review", name, "--account", "a", "--device", "b", "--account", ""});
        EXPECT_THAT(decided.account, ElementsAre("a", "")) << name;
        EXPECT_THAT(decided.device, ElementsAre("b")) << name;
        EXPECT_THAT(refusal({"review", name, "x"}), HasSubstr("not expected: x"));
    }
}

TEST(ArgumentsTest, ReadsNumbersAsPeopleCount) {
    EXPECT_EQ(command<Undo>({"undo", "010"}).revision, 10);
    EXPECT_EQ(command<Log>({"log", "-n", "010", "--after", "08"}).limit, 10U);
    for (auto const* number : {"", "0x3", "-1", "1.0", "99999999999999999999", "ten"})
        EXPECT_THAT(refusal({"undo", number}), HasSubstr("is not a number")) << number;
}

TEST(ArgumentsTest, NamesTheCommandBelowACommandThatWasMeant) {
    EXPECT_THAT(refusal({"conflicts", "restor", "5"}), HasSubstr(R"(did you mean "restore")"));
    EXPECT_THAT(refusal({"review", "aply"}), HasSubstr(R"(did you mean "apply")"));
}

TEST(ArgumentsTest, RefusesHalfADecision) {
    EXPECT_THAT(refusal({"explain"}), HasSubstr("path is required"));
    EXPECT_THAT(refusal({"explain", "a", "b"}), HasSubstr("not expected: b"));
    EXPECT_THAT(refusal({"pause", "x"}), HasSubstr("not expected: x"));
    EXPECT_THAT(refusal({"conflicts", "undo"}), HasSubstr(R"(no command or option "undo")"));
    EXPECT_THAT(refusal({"rejected", "discard"}), HasSubstr("key is required"));
}

TEST(ArgumentsTest, AnEmptyPathIsNotTheWholeDocument) {
    EXPECT_EQ(command<Get>({"get", ""}).path, "");
}

TEST(ArgumentsTest, SettingsMayBeNamedLikeCommands) {
    EXPECT_EQ(command<Get>({"get", "status"}).path, "status");
    EXPECT_THAT(command<Unset>({"unset", "get", "unset"}).paths, ElementsAre("get", "unset"));
}

TEST(ArgumentsTest, ALineIsReadByItsOwnCommandsAsByAllOfThem) {
    std::vector<std::vector<char const*>> const lines{
        {"settingsctl", "get"},
        {"settingsctl", "get", "set"},
        {"settingsctl", "set", "get=1", "--wait", "3", "--json"},
        {"settingsctl", "--socket", "status", "unset", "sync"},
        {"settingsctl", "conflicts"},
        {"settingsctl", "conflicts", "restore", "7", "--socket", "there"},
        {"settingsctl", "review", "account", "--device", "apply"},
        {"settingsctl", "notify", "on"},
        {"settingsctl", "rejected", "discard", "--", "-x"},
        {"settingsctl", "help", "get"},
        {"settingsctl", "complete", "settingsctl", "log", ""},
    };
    for (auto const& line : lines) {
        Grammar whole;
        whole.read(static_cast<int>(line.size()), line.data());
        Grammar narrow{std::span{line}};
        narrow.read(static_cast<int>(line.size()), line.data());

        auto const said = testing::PrintToString(line);
        EXPECT_EQ(narrow.command().index(), whole.command().index()) << said;
        EXPECT_EQ(narrow.socket(), whole.socket()) << said;
        EXPECT_EQ(narrow.json(), whole.json()) << said;
    }
}

TEST(ArgumentsTest, NamesThatStartWithADashFollowTwoDashes) {
    EXPECT_THAT(command<Set>({"set", "--", "-x=1"}).assignments, ElementsAre("-x=1"));
}

TEST(ArgumentsTest, OptionsMayStandBeforeAndAfterTheCommand) {
    for (auto const& words : std::vector<std::vector<char const*>>{
             {"--json", "--socket", "/s", "get", "a"}, {"get", "--socket", "/s", "a", "--json"}}) {
        auto const read = arguments(words);

        EXPECT_TRUE(read.json);
        EXPECT_EQ(read.socket, "/s");
        EXPECT_EQ(std::get<Get>(read.command).path, "a");
    }
}

TEST(ArgumentsTest, OptionsMayStandAfterADecision) {
    for (auto const& words : std::vector<std::vector<char const*>>{
             {"conflicts", "restore", "7", "--json", "--socket", "/s"},
             {"rejected", "--json", "retry", "--socket", "/s"},
             {"review", "--socket", "/s", "--json"}}) {
        EXPECT_TRUE(arguments(words).json);
        EXPECT_EQ(arguments(words).socket, "/s");
    }
}

TEST(ArgumentsTest, TheSocketIsTheDefaultOneUnlessNamed) {
    EXPECT_EQ(arguments({"get"}).socket, client::default_socket());
    EXPECT_FALSE(arguments({"get"}).json);
}

TEST(ArgumentsTest, SaysWhatIsWrong) {
    EXPECT_THAT(refusal({}), HasSubstr("required"));
    EXPECT_THAT(refusal({"got"}), StartsWith("there is no command or option \"got\""));
    EXPECT_EQ(refusal({"gte"}), "there is no command or option \"gte\"; did you mean \"get\"?");
    EXPECT_EQ(refusal({"status", "--jsno"}),
              "there is no option \"--jsno\"; did you mean \"--json\"?");
    EXPECT_EQ(refusal({"sync", "--wiat", "1"}),
              "there is no option \"--wiat\"; did you mean \"--wait\"?");
    EXPECT_EQ(refusal({"status", "--frobnicate"}),
              "there is no option \"--frobnicate\"; see: settingsctl status --help");
    EXPECT_THAT(refusal({"get", "a", "b"}), HasSubstr("not expected: b"));
    EXPECT_THAT(refusal({"set"}), HasSubstr("path=value is required"));
    EXPECT_THAT(refusal({"unset"}), HasSubstr("path is required"));
    EXPECT_THAT(refusal({"status", "x"}), HasSubstr("not expected: x"));
    for (auto const* word : {"me@example.org", "--password", "--password=x", "--tokens=x"})
        EXPECT_NE(refusal({"login", word}), "accepted") << "a secret in a process list: " << word;
    EXPECT_THAT(refusal({"get", "--nonsense"}), HasSubstr("there is no option"));
    for (auto const* wait : {"-1", "nan", "inf", "86401", "1s", ""})
        EXPECT_THAT(refusal({"sync", "--wait", wait}), HasSubstr("--wait")) << wait;
}

TEST(ArgumentsTest, TheHelpThatItNamesIsThatOfTheCommand) {
    using testing::EndsWith;
    EXPECT_THAT(refusal({"--path", "undo"}), EndsWith("; see: settingsctl undo --help"));
    EXPECT_THAT(refusal({"undo", "--path", "x"}), EndsWith("; see: settingsctl undo --help"));
    EXPECT_THAT(refusal({"rejected", "discard"}),
                EndsWith("; see: settingsctl rejected discard --help"));
    EXPECT_THAT(refusal({}), EndsWith("; see: settingsctl --help"));
}

TEST(ArgumentsTest, SaysWhatAWordThatIsMissingStandsFor) {
    EXPECT_THAT(refusal({"completion"}), StartsWith("shell is required (bash, zsh or fish); see"));
}

TEST(ArgumentsTest, KnowsWhatACommandIsCalledElsewhere) {
    EXPECT_THAT(refusal({"history"}), HasSubstr(R"(did you mean "log"?)"));
    EXPECT_THAT(refusal({"accounts"}), HasSubstr(R"(did you mean "whoami"?)"));
    EXPECT_THAT(refusal({"conflicts", "history"}), testing::Not(HasSubstr("log")));
}

TEST(ArgumentsTest, HelpAndVersionAreInformation) {
    EXPECT_THAT(std::get<Information>(parsed({"--help"})).text, HasSubstr("Examples:"));
    EXPECT_THAT(std::get<Information>(parsed({"sync", "--help"})).text, HasSubstr("--wait"));
    EXPECT_THAT(std::get<Information>(parsed({"--help-all"})).text, HasSubstr("--tokens"));
    EXPECT_THAT(std::get<Information>(parsed({"--version"})).text,
                testing::MatchesRegex("settingsctl [0-9]+[.][0-9]+[.][0-9]+\n"));
}

}  // namespace
}  // namespace settings::cli
