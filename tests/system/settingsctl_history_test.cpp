// watch, log and undo, against the real daemon.

#include <signal.h>
#include <sys/wait.h>

#include "tests/support/programs.h"
#include "tests/support/terminal_session.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class SettingsctlHistoryTest : public SystemTest {
  protected:
    void SetUp() override { boot(); }

    /// Starts `settingsctl watch` with these words; returns once it watches and has told all edits.
    void watch(std::vector<std::string> words) {
        words.insert(words.begin(),
                     {program("settingsctl"), "--socket", device().socket(), "watch"});
        watching.emplace(words, Process::Output{told_file(), told_file()});
        // What comes before it watches is not told; so edit until an edit is.
        eventually("the watch begins", [&] {
            begin();
            return told().find("begin") != std::string::npos;
        });
        auto const last = begin();
        expect_eventually([&] { return told(); }, AllOf(HasSubstr(last), EndsWith("\n")));
    }

    /// An edit of "begin"; returns its value, which none has had before.
    std::string begin() {
        auto const value = "begun-" + std::to_string(++begun) + "-times";
        ctl({"set", "begin=" + value});
        return value;
    }

    [[nodiscard]] std::filesystem::path told_file() const { return folder / "told"; }
    [[nodiscard]] std::string told() const { return read_text(told_file()); }

    std::optional<Process> watching;
    int begun = 0;
};

TEST_F(SettingsctlHistoryTest, TheLogSinceATimeLeavesNothingOut) {
    for (int n = 1; n <= 30; ++n) ctl({"set", "count=" + std::to_string(n)});

    EXPECT_THAT(ctl({"log", "--since", "1 h"}).output, HasSubstr("count: (none) -> 1\n"));
    EXPECT_THAT(ctl({"log", "--since", "1 h", "-n", "5"}).output,
                Not(HasSubstr("count: 24 -> 25")));
    EXPECT_THAT(ctl({"log"}).output, Not(HasSubstr("count: 9 -> 10")));
}

TEST_F(SettingsctlHistoryTest, TheLogTellsWhoChangedWhat) {
    ctl({"set", "theme=dark"});
    ctl({"set", "theme=light", "volume=1"});

    EXPECT_THAT(ctl({"log"}).output,
                AllOf(HasSubstr("  settingsctl/" SETTINGSD_VERSION "\n"),
                      EndsWith("    theme: \"dark\" -> \"light\"\n    volume: (none) -> 1\n")));
    EXPECT_THAT(ctl({"log", "volume"}).output, Not(HasSubstr("theme")));
    EXPECT_THAT(ctl({"log", "-n", "1"}).output, Not(HasSubstr("(none) -> \"dark\"")));
    EXPECT_THAT(ctl({"log", "--after", "1"}).output, Not(HasSubstr("(none) -> \"dark\"")));
    EXPECT_THAT(ctl({"log", "--since", "1 h"}).output, HasSubstr("(none) -> \"dark\""));
    EXPECT_EQ(ctl({"log", "--since", "2100-01-01T00:00:00Z"}).output, "nothing has changed\n");
    ctl({"log", "--since", "1"}, 2);
    auto const json = Json::parse(ctl({"log", "--json", "-n", "1"}).output);
    EXPECT_EQ(json.at("entries").at(0).at("revision"), 2);
    EXPECT_EQ(json.at("more"), true);
}

TEST_F(SettingsctlHistoryTest, UndoTakesBackTheLastEditAndThenTheOneBefore) {
    ctl({"set", "theme=dark"});
    ctl({"set", "theme=light"});

    EXPECT_EQ(ctl({"undo"}).output,
              "undid 1 edit, in revision 3\n    theme: \"light\" -> \"dark\"\n");
    EXPECT_EQ(ctl({"--json", "undo"}).output,
              R"({"changes":[{"old":"dark","path":"theme"}],"revision":4,"undid":[1],"undone":1})"
              "\n");
    EXPECT_EQ(device().document(), Json::object());
    ctl({"undo", "4"});
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}})) << "an undo is undone by its number";
}

TEST_F(SettingsctlHistoryTest, ADryRunShowsWhatAnUndoWouldDo) {
    ctl({"set", "theme=dark"});

    EXPECT_EQ(ctl({"undo", "--dry-run"}).output,
              "would undo 1 edit\n    theme: \"dark\" -> (none)\n");
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
    EXPECT_EQ(device().status().revision, 1);
}

TEST_F(SettingsctlHistoryTest, AtATerminalAnUndoOfManySettingsAsksFirst) {
    Json many = Json::object();
    for (int i = 0; i < 10; ++i) many["key" + std::to_string(i)] = i;
    patch(device(), many);
    auto const undo = [&](char const* answer) {
        TerminalSession session{{program("settingsctl"), "--socket", device().socket(), "undo",
                                 "--since", "1 hour ago"}};
        session.expect("key9: 9 -> (none)");
        session.expect("Go on? [y/N] ");
        session.type(answer);
        return WEXITSTATUS(session.wait());
    };

    EXPECT_EQ(undo("\n"), 1);
    EXPECT_EQ(undo("n\n"), 1);
    EXPECT_EQ(device().document(), many);
    EXPECT_EQ(undo("y\n"), 0);
    EXPECT_EQ(device().document(), Json::object());
}

TEST_F(SettingsctlHistoryTest, NobodyIsAskedAboutAFewSettingsOrWhoSaysYesBeforehand) {
    auto const undo = [&](std::vector<std::string> words) {
        words.insert(words.begin(),
                     {program("settingsctl"), "--socket", device().socket(), "undo"});
        TerminalSession session{words};
        session.expect("undid 1 edit");
        return WEXITSTATUS(session.wait());
    };
    Json many = Json::object();
    for (int i = 0; i < 10; ++i) many["key" + std::to_string(i)] = i;

    ctl({"set", "theme=dark"});
    EXPECT_EQ(undo({}), 0);
    patch(device(), many);
    EXPECT_EQ(undo({"--yes"}), 0);
    EXPECT_EQ(device().document(), Json::object());
}

TEST_F(SettingsctlHistoryTest, UndoPassesOverWhatOtherDevicesDid) {
    ctl({"set", "theme=dark"});
    ctl({"sync", "--wait", "20"});
    server->set_document({{"theme", "dark"}, {"font", "Inter"}});
    ctl({"sync", "--wait", "20"});
    ASSERT_EQ(device().document().at("font"), "Inter");

    ctl({"undo"});

    EXPECT_EQ(device().document(), Json({{"font", "Inter"}}));
}

TEST_F(SettingsctlHistoryTest, UndoesARevisionABurstOrEverythingSince) {
    ctl({"set", "theme=dark"});
    ctl({"set", "volume=1"});
    ctl({"set", "font=Inter"});

    ctl({"undo", "2"});
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}, {"font", "Inter"}}));
    ctl({"undo", "--since", "1 hour ago"});
    EXPECT_EQ(device().document(), Json::object());
}

TEST_F(SettingsctlHistoryTest, UndoRefusesToLoseALaterChangeUnlessForced) {
    ctl({"set", "theme=dark"});
    ctl({"set", "theme=light"});

    EXPECT_THAT(ctl({"undo", "1"}, 1).errors, HasSubstr("\"theme\" was changed again since"));
    EXPECT_EQ(device().document(), Json({{"theme", "light"}}));

    ctl({"undo", "1", "--force"});
    EXPECT_EQ(device().document(), Json::object());
}

TEST_F(SettingsctlHistoryTest, UndoSaysWhatItCannotDo) {
    EXPECT_THAT(ctl({"undo"}, 1).errors, HasSubstr("nothing was edited here"));
    EXPECT_THAT(ctl({"undo", "7"}, 1).errors, HasSubstr("revision 7"));
    EXPECT_THAT(ctl({"undo", "--since", "yore"}, 2).errors, HasSubstr("\"yore\" is not a time"));
    EXPECT_THAT(ctl({"undo", "1", "--since", "1h"}, 2).errors, HasSubstr("keep one"));
    EXPECT_THAT(ctl({"undo", "--burst", "--since", "1h"}, 2).errors, HasSubstr("--burst"));
}

TEST_F(SettingsctlHistoryTest, WatchTellsEachChangeAndGoesOnAfterARestart) {
    watch({});
    ctl({"set", "theme=dark", "volume=1"});
    expect_eventually([&] { return told(); }, HasSubstr("volume: (none) -> 1\n"));
    EXPECT_THAT(told(),
                HasSubstr("  settingsctl/" SETTINGSD_VERSION "  theme: (none) -> \"dark\"\n"));

    device().kill();
    device().start();
    ctl({"set", "theme=light"});

    expect_eventually([&] { return told(); }, EndsWith("theme: \"dark\" -> \"light\"\n"));
}

TEST_F(SettingsctlHistoryTest, WatchTellsProgramsOneObjectALine) {
    watch({"--json"});
    ctl({"set", "theme=dark"});
    expect_eventually([&] { return told(); }, AllOf(HasSubstr("\"theme\""), EndsWith("\n")));

    auto const start = told().rfind('\n', told().size() - 2) + 1;
    auto const last = Json::parse(told().substr(start));

    EXPECT_EQ(last.at("origin"), "app");
    EXPECT_EQ(last.at("changes"), Json::parse(R"([{"path":"theme","new":"dark"}])"));
}

TEST_F(SettingsctlHistoryTest, WatchOfOneSettingIsSilentAboutOthers) {
    watch({"begin"});
    ctl({"set", "theme=dark"});
    ctl({"set", "begin=last"});

    expect_eventually([&] { return told(); }, EndsWith("-> \"last\"\n"));
    EXPECT_THAT(told(), Not(HasSubstr("theme")));
}

TEST_F(SettingsctlHistoryTest, WatchEndsWithoutAWordWhenItIsTold) {
    for (int const signal : {SIGINT, SIGTERM}) {
        std::filesystem::remove(told_file());
        watch({});
        auto const before = told();

        watching->send(signal);

        EXPECT_EQ(watching->wait(), 128 + signal);
        EXPECT_EQ(told(), before);
    }
}

TEST_F(SettingsctlHistoryTest, WatchEndsWithItsReader) {
    auto const line = program("settingsctl") + " --socket " + device().socket().string() +
                      " watch 2>" + told_file().string() + " | head -n 1";
    watching.emplace(std::vector<std::string>{"sh", "-c", line}, Process::Output{});

    // Without a reader the next line ends it.
    eventually("the pipe ends", [&] {
        begin();
        return watching->has_ended();
    });

    EXPECT_EQ(watching->wait(), 0);
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(SettingsctlHistoryTest, WatchWithoutADaemonIsAFailure) {
    device().kill();

    EXPECT_THAT(ctl({"watch"}, 3).errors, HasSubstr("not running"));
}

TEST_F(SettingsctlHistoryTest, ASetCanWaitForTheServer) {
    EXPECT_EQ(ctl({"set", "theme=dark", "--wait", "20"}).output, "");
    EXPECT_EQ(server->document(), Json({{"theme", "dark"}}));

    server->set_faults("answer 401 forever");
    EXPECT_THAT(ctl({"set", "theme=light", "--wait", "20"}, 1).errors,
                HasSubstr("saved, but not synced yet: "));
    EXPECT_EQ(device().document(), Json({{"theme", "light"}}));
}

}  // namespace
}  // namespace settings::system_test
