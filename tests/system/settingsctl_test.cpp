// The command line against the real daemon.

#include <signal.h>

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class SettingsctlTest : public SystemTest {
  protected:
    void SetUp() override { boot(); }

    /// What is said of a path that names nothing, which is no failure.
    std::string unset_in_vain(std::string const& path) {
        auto const finished = run(
            {program("settingsctl"), "--socket", device().socket(), "unset", path}, folder.path());
        EXPECT_EQ(finished.status, 0);
        return finished.errors;
    }
};

TEST_F(SettingsctlTest, SetsAndGets) {
    EXPECT_EQ(ctl({"set", "theme=light", "notifications.email=false", "tags=[1,\"x\"]"}).output,
              "");

    EXPECT_EQ(ctl({"get", "theme"}).output, "light\n");
    EXPECT_EQ(ctl({"get", "notifications.email"}).output, "false\n");
    EXPECT_EQ(ctl({"--json", "get", "theme"}).output, "\"light\"\n");
    EXPECT_EQ(ctl({"--json", "get"}).output,
              R"({"notifications":{"email":false},"tags":[1,"x"],"theme":"light"})"
              "\n");
    EXPECT_EQ(device().status().revision, 1);
}

TEST_F(SettingsctlTest, UnsetsAtEveryDepth) {
    ctl({"set", "theme=light", "panel.size=1", "panel.side=left"});

    EXPECT_EQ(ctl({"--json", "unset", "theme", "panel.size"}).output, "{\"revision\":2}\n");

    EXPECT_EQ(device().document(), Json({{"panel", {{"side", "left"}}}}));
    EXPECT_EQ(ctl({"get", "theme"}, 1).errors, "settingsctl: there is no setting \"theme\"\n");
}

TEST_F(SettingsctlTest, AsksWhetherAnotherPathIsMeant) {
    ctl({"set", "theme=light", "/editor.fontSize=12", "panel.size=1"});

    EXPECT_EQ(ctl({"get", "tehme"}, 1).errors,
              "settingsctl: there is no setting \"tehme\"; did you mean \"theme\"?\n");
    EXPECT_EQ(ctl({"get", "panel.sise"}, 1).errors,
              "settingsctl: there is no setting \"panel.sise\"; did you mean \"panel.size\"?\n");
    EXPECT_EQ(unset_in_vain("/editor.fontsize"),
              "settingsctl: there was no setting \"/editor.fontsize\"; did you mean "
              "\"/editor.fontSize\"?\n");
    EXPECT_EQ(unset_in_vain("frobnicate"), "settingsctl: there was no setting \"frobnicate\"\n");
}

TEST_F(SettingsctlTest, WritesWhereItReads) {
    patch(device(), {{"editor.fontSize", 12}, {"tags", {"a"}}, {"volume", 5}, {"a", {{"b.c", 1}}}});

    ctl({"set", "editor.fontSize=14", "a.b.c=2", "/x.y=3", "/=4", "/.hidden=5"});

    EXPECT_EQ(ctl({"get", "editor.fontSize"}).output, "14\n");
    EXPECT_EQ(ctl({"get", "/a/b.c"}).output, "2\n");
    EXPECT_EQ(ctl({"get", "/"}).output, "4\n");
    EXPECT_EQ(ctl({"get", ".hidden"}).output, "5\n");
    EXPECT_THAT(ctl({"set", "tags.0=home"}, 1).errors, HasSubstr("\"tags\" is a list"));
    EXPECT_THAT(ctl({"set", "volume.max=1"}, 1).errors, HasSubstr("\"volume\" is a number"));
    ctl({"unset", "/x.y", "/", ".hidden", "a.b.c", "editor.fontSize"});
    EXPECT_EQ(device().document(), Json({{"tags", {"a"}}, {"volume", 5}, {"a", Json::object()}}));
}

TEST_F(SettingsctlTest, TakesWordsAsTheyWereTyped) {
    patch(device(), {{"python", 1}, {"[python]", 2}, {"[a,b]", 3}, {"a", 4}, {"b", 5}, {"-x", 6}});

    ctl({"unset", "[python]"});
    ctl({"unset", "[a,b]"});
    ctl({"unset", "--", "-x"});

    EXPECT_EQ(device().document(), Json({{"python", 1}, {"a", 4}, {"b", 5}}));
}

TEST_F(SettingsctlTest, TellsWhenAValueBecomesOneOfAnotherType) {
    ctl({"set", "--string", "version=1.10", "number=1"});
    EXPECT_EQ(ctl({"get", "version"}).output, "1.10\n");
    EXPECT_EQ(ctl({"set", "--string", "version=1.20"}).errors, "");

    auto const told =
        run({program("settingsctl"), "--socket", device().socket(), "set", "version=1.30"},
            folder.path());
    EXPECT_EQ(told.status, 0);
    EXPECT_THAT(told.errors,
                AllOf(HasSubstr("\"version\" was of type string, and is of type number now"),
                      HasSubstr("--string")));
    EXPECT_THAT(ctl({"set", R"(v={"a":1,"a":2})"}, 2).errors, HasSubstr("stands twice"));
}

TEST_F(SettingsctlTest, LoadsWhatItDumps) {
    auto const file = folder / "dump.json";
    for (int number = 0; number < 4; ++number)
        patch(device(), {{"large" + std::to_string(number), std::string(800'000, 'x')}});
    auto const whole = device().document();
    write_text(file, ctl({"dump"}).output);

    ctl({"load", "--replace", file});
    EXPECT_EQ(device().status().revision, 4);
    ctl({"unset", "large0", "large1", "large2", "large3"});
    patch(device(), {{"new", 1}});
    ctl({"load", "--replace", file});

    EXPECT_EQ(device().document(), whole);
}

TEST_F(SettingsctlTest, WaitsUntilTheServerHasEverything) {
    ctl({"set", "theme=light"});

    EXPECT_EQ(ctl({"sync", "--wait", "20"}).output, "everything is synced\n");

    EXPECT_EQ(server->document(), Json({{"theme", "light"}}));
    auto const synced = Json::parse(ctl({"sync", "--wait", "20", "--json"}).output);
    EXPECT_EQ(synced.at("synced"), true);
    EXPECT_EQ(synced.at("revision"), 1);
}

TEST_F(SettingsctlTest, SaysWhyASyncIsNotDone) {
    server->set_faults("answer 401 forever");
    ctl({"set", "theme=light"});

    EXPECT_THAT(ctl({"sync", "--wait", "20"}, 1).errors,
                AllOf(StartsWith("settingsctl: not synced yet: login needed"),
                      HasSubstr("the server answered 401")));
}

TEST_F(SettingsctlTest, TellsTheStateToPeopleAndPrograms) {
    ctl({"set", "theme=light"});
    ctl({"sync", "--wait", "20"});

    EXPECT_THAT(
        ctl({"status"}).output,
        AllOf(StartsWith("synced\n"), HasSubstr("Pending       nothing\n"),
              HasSubstr("Revision      1\n"), HasSubstr("Server        " + server->url() + "\n")));
    auto const status = Json::parse(ctl({"status", "--json"}).output);
    EXPECT_EQ(status.at("state"), "idle");
    EXPECT_EQ(status.at("pending"), 0);
    EXPECT_EQ(status.at("revision"), 1);
}

TEST_F(SettingsctlTest, ShowsHowTheAccountDiffersAndNamesWhatWaits) {
    EXPECT_EQ(ctl({"diff"}).output, "the account has the same, by the last look\n");
    EXPECT_EQ(ctl({"diff", "theme"}, 1).errors, "settingsctl: there is no setting \"theme\"\n");
    ctl({"set", "theme=light", "font.size=12", "old=1"});
    ctl({"sync", "--wait", "20"});
    server->set_faults("answer 500 forever");
    ctl({"set", "theme=dark", "font.family=Inter"});
    ctl({"unset", "old"});

    EXPECT_EQ(ctl({"diff"}).output,
              "+ font.family = \"Inter\"\n- old = 1\n~ theme: \"light\" -> \"dark\"\n");
    EXPECT_EQ(ctl({"diff", "font"}).output, "+ font.family = \"Inter\"\n");
    EXPECT_EQ(ctl({"--json", "diff", "theme"}).output,
              R"([{"new":"dark","old":"light","path":"theme"}])"
              "\n");
    EXPECT_THAT(ctl({"status"}).output, HasSubstr("3 settings: "));

    device().stop();
    device().start();
    EXPECT_EQ(ctl({"diff", "old"}).output, "- old = 1\n") << "also before a look";
}

TEST_F(SettingsctlTest, ADifferenceBeforeAnyLookIsSaidToBeOne) {
    server->set_online(false);
    auto& made = make_device("b");
    made.start();
    auto const diff = [&](std::vector<std::string> const& more) {
        std::vector<std::string> words{program("settingsctl"), "--socket", made.socket(), "diff"};
        words.insert(words.end(), more.begin(), more.end());
        auto finished = run(words, folder.path());
        EXPECT_EQ(finished.status, 0);
        return finished;
    };

    auto const nothing = diff({});
    patch(made, {{"theme", "dark"}});
    auto const something = diff({"theme"});

    std::string const not_yet =
        "settingsctl: the server was not looked at yet, so the account is taken to have nothing";
    EXPECT_EQ(nothing.output, "");
    EXPECT_THAT(nothing.errors, StartsWith(not_yet));
    EXPECT_EQ(something.output, "+ theme = \"dark\"\n");
    EXPECT_THAT(something.errors, StartsWith(not_yet));
    server->set_online(true);
    expect_sync(made);
    EXPECT_EQ(diff({}).output, "the account has the same, by the last look\n");
}

TEST_F(SettingsctlTest, TellsOfWhatTheServerRejected) {
    server->set_faults("refuse key poison");
    ctl({"set", "poison=1"});
    expect_eventually([&] { return device().status().rejected.size(); }, 1U);

    EXPECT_THAT(ctl({"status"}).output,
                HasSubstr("Rejected      poison: Failed to partially update user settings"));
    EXPECT_THAT(ctl({"sync", "--wait", "20"}, 1).errors, HasSubstr("1 key rejected by the server"));
}

TEST_F(SettingsctlTest, AnEditThatADaemonWhichHangsDoesNotAnswerIsCalledUnknown) {
    device().process().send(SIGSTOP);

    EXPECT_THAT(ctl({"set", "theme=dark"}, 4).errors,
                HasSubstr("unknown whether it is saved: read it back"));
    EXPECT_THAT(ctl({"get", "theme"}, 3).errors, HasSubstr("did not answer in time"));

    device().process().send(SIGCONT);
    expect_eventually([&] { return device().document(); }, Json({{"theme", "dark"}}));
}

TEST_F(SettingsctlTest, ExitsWithItsDocumentedCodes) {
    ctl({"get", "no.such"}, 1);
    ctl({"set", "no-assignment"}, 2);
    ctl({"frobnicate"}, 2);
    device().kill();
    EXPECT_THAT(ctl({"get"}, 3).errors, HasSubstr("the daemon is not running"));
}

}  // namespace
}  // namespace settings::system_test
