// dump, load and edit, with the real daemon and a real editor: a script.

#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>

#include "tests/support/programs.h"
#include "tests/support/terminal_session.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class SettingsctlDocumentTest : public SystemTest {
  protected:
    void SetUp() override {
        boot();
        std::filesystem::create_directory(drafts());
        setenv("TMPDIR", drafts().c_str(), 1);
        unsetenv("XDG_RUNTIME_DIR");
        unsetenv("VISUAL");
    }
    void TearDown() override {
        unsetenv("TMPDIR");
        unsetenv("EDITOR");
        unsetenv("VISUAL");
        SystemTest::TearDown();
    }

    [[nodiscard]] std::filesystem::path drafts() const { return folder / "drafts"; }

    [[nodiscard]] std::vector<std::filesystem::path> drafts_left() const {
        std::vector<std::filesystem::path> files;
        for (auto const& file : std::filesystem::directory_iterator{drafts()})
            files.push_back(file.path());
        return files;
    }

    /// An editor that does this with the file "$1".
    void edit_by(std::string const& script, char const* variable = "EDITOR") {
        auto const program = folder / "an editor";
        write_text(program, "#!/bin/sh\n" + script + '\n');
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
        setenv(variable, ("'" + program.string() + "'").c_str(), 1);
    }

    std::string file_with(std::string const& text) {
        write_text(folder / "file", text);
        return folder / "file";
    }

    [[nodiscard]] std::string ctl_line() {
        return program("settingsctl") + " --socket " + device().socket().string();
    }
};

TEST_F(SettingsctlDocumentTest, WhatIsDumpedCanBeLoaded) {
    ctl({"set", "theme=light", "panel.side=left", "a.b=[1,{\"c\":null}]"});
    auto const dumped = ctl({"dump"}).output;
    auto const before = device().document();
    ctl({"unset", "theme", "panel"});
    ctl({"set", "more=1"});

    EXPECT_EQ(ctl({"load", "--replace", file_with(dumped)}).output, "");

    EXPECT_EQ(device().document(), before);
    EXPECT_EQ(ctl({"dump"}).output, dumped);
    EXPECT_THAT(dumped, HasSubstr("\n  \"panel\": {\n    \"side\": \"left\"\n  },\n"));
}

TEST_F(SettingsctlDocumentTest, LoadMergesUnlessToldToReplace) {
    ctl({"set", "theme=light", "panel.side=left"});

    EXPECT_EQ(ctl({"--json", "load", file_with(R"({"panel":{"size":2}})")}).output,
              "{\"revision\":2}\n");

    EXPECT_EQ(device().document(),
              Json({{"theme", "light"}, {"panel", {{"side", "left"}, {"size", 2}}}}));
}

TEST_F(SettingsctlDocumentTest, ADryRunShowsTheDifferenceAndChangesNothing) {
    ctl({"set", "theme=light", "panel.side=left"});
    auto const file = file_with(R"({"panel":{"size":2},"theme":"dark"})");

    EXPECT_EQ(ctl({"load", "--dry-run", file}).output,
              "+ panel.size = 2\n~ theme: \"light\" -> \"dark\"\n");
    EXPECT_EQ(ctl({"load", "--dry-run", "--replace", file}).output,
              "- panel.side = \"left\"\n+ panel.size = 2\n~ theme: \"light\" -> \"dark\"\n");
    EXPECT_EQ(ctl({"load", "--dry-run", "--json", file_with(R"({"theme":"dark"})")}).output,
              "[{\"new\":\"dark\",\"old\":\"light\",\"path\":\"theme\"}]\n");
    EXPECT_EQ(ctl({"load", "--dry-run", file_with("{}")}).output, "nothing would change\n");
    EXPECT_EQ(device().status().revision, 1);
}

TEST_F(SettingsctlDocumentTest, LoadRefusesWhatIsNoDocument) {
    EXPECT_THAT(ctl({"load", file_with("{\n\"a\":}")}, 2).errors, HasSubstr("line 2, column 5"));
    EXPECT_THAT(ctl({"load"}, 2).errors, HasSubstr("not JSON: line 1, column 1"));
    EXPECT_THAT(ctl({"load", folder / "nothing"}, 1).errors, HasSubstr("cannot read "));
    EXPECT_EQ(device().status().revision, 0);
}

TEST_F(SettingsctlDocumentTest, WhatTheServerHoldsStandsInNobodysWay) {
    auto const deep =
        Json::parse(std::string(100, '[') + std::string(100, ']'));  // deeper than an app may write
    server->set_document({{"deep", deep}, {"theme", "dark"}});
    expect_sync(device());
    for (auto const* name : {"large", "larger", "largest"})  // all of it is more than a request
        patch(device(), {{name, std::string(900'000, 'x')}});

    edit_by(R"(sed -i 's/"theme": "dark"/"theme": "light"/' "$1")");
    EXPECT_EQ(ctl({"edit"}).output, "~ theme: \"dark\" -> \"light\"\n");

    auto const file = file_with(ctl({"dump"}).output);
    auto const before = device().document();
    ctl({"set", "theme=blue", "more=1"});
    ctl({"load", "--replace", file});
    EXPECT_EQ(device().document(), before);

    EXPECT_THAT(ctl({"load", file_with(Json{{"new", deep}}.dump())}, 1).errors,
                HasSubstr("nested deeper than"));
}

TEST_F(SettingsctlDocumentTest, EditAppliesOnlyWhatWasEdited) {
    ctl({"set", "theme=light", "volume=1", "panel.side=left"});
    // Another app edits while the editor is open.
    edit_by("sed -i 's/light/dark/; /side/d' \"$1\"; " + ctl_line() + " set volume=2 panel.size=3");

    EXPECT_EQ(ctl({"edit"}).output, "- panel.side = \"left\"\n~ theme: \"light\" -> \"dark\"\n");

    EXPECT_EQ(device().document(),
              Json({{"theme", "dark"}, {"volume", 2}, {"panel", {{"size", 3}}}}));
    EXPECT_THAT(drafts_left(), IsEmpty());
}

TEST_F(SettingsctlDocumentTest, EditShowsTheEditorAPrivateFile) {
    ctl({"set", "theme=light"});
    edit_by("ls -l \"$1\" >" + (folder / "seen").string() + "; cat \"$1\" >>" +
            (folder / "seen").string());

    EXPECT_EQ(ctl({"edit"}).output, "nothing changed\n");

    EXPECT_THAT(
        read_text(folder / "seen"),
        AllOf(StartsWith("-rw------- "), HasSubstr(".json\n{\n  \"theme\": \"light\"\n}\n")));
    EXPECT_EQ(device().status().revision, 1);
    EXPECT_THAT(drafts_left(), IsEmpty());
}

TEST_F(SettingsctlDocumentTest, EditPrefersTheVisualEditor) {
    setenv("EDITOR", "false", 1);
    edit_by("echo '{\"a\":1}' >\"$1\"", "VISUAL");

    EXPECT_EQ(ctl({"--json", "edit"}).output,
              "{\"changes\":[{\"new\":1,\"path\":\"a\"}],\"revision\":1}\n");
}

TEST_F(SettingsctlDocumentTest, EditLosesNothingThatWasWritten) {
    std::string const pid = std::to_string(device().process().pid());
    for (auto const& script :
         std::vector<std::string>{"echo '{\"a\":' >\"$1\"", "echo '{\"a\":1}' >\"$1\"; exit 1",
                                  "echo '{\"b\":1}' >\"$1\"; kill -9 " + pid}) {
        edit_by(script);

        auto const finished = ctl({"edit"}, script.find("kill") == script.npos ? 1 : 3);

        ASSERT_THAT(drafts_left(), SizeIs(1));
        auto const draft = drafts_left().front();
        EXPECT_THAT(finished.errors, HasSubstr("your text is in " + draft.string()));
        EXPECT_THAT(read_text(draft), StartsWith("{\""));
        std::filesystem::remove(draft);
    }
    device().kill();
}

TEST_F(SettingsctlDocumentTest, EditLeavesNoFileWhenTheEditorDidNothing) {
    setenv("EDITOR", "no-such-editor", 1);
    EXPECT_THAT(ctl({"edit"}, 1).errors, HasSubstr("set EDITOR to one that is installed"));

    setenv("EDITOR", "false", 1);
    EXPECT_EQ(ctl({"edit"}, 1).errors, "settingsctl: the editor \"false\" failed\n");

    EXPECT_THAT(drafts_left(), IsEmpty());
}

TEST_F(SettingsctlDocumentTest, EditOffersToMendAMistakeAtATerminal) {
    // The first time it leaves a mistake, the second time it mends it.
    edit_by("if grep -q '{}' \"$1\"; then echo '{\"a\":' >\"$1\"; else echo '1}' >>\"$1\"; fi");
    TerminalSession session{{program("settingsctl"), "--socket", device().socket(), "edit"}};

    session.expect("not JSON: line 2, column 1");
    session.expect("Edit again? [Y/n] ");
    session.type("\n");
    session.expect("+ a = 1");

    EXPECT_EQ(session.wait(), 0);
    EXPECT_EQ(device().document(), Json({{"a", 1}}));
    EXPECT_THAT(drafts_left(), IsEmpty());
}

TEST_F(SettingsctlDocumentTest, EditTellsWhereTheTextIsWhenAPersonGivesUp) {
    edit_by("echo '{\"a\":' >\"$1\"");
    TerminalSession session{{program("settingsctl"), "--socket", device().socket(), "edit"}};

    session.expect("Edit again? [Y/n] ");
    session.type("no\n");

    EXPECT_EQ(WEXITSTATUS(session.wait()), 1);
    ASSERT_THAT(drafts_left(), SizeIs(1));
    EXPECT_THAT(session.shown(), HasSubstr("your text is in " + drafts_left().front().string()));
}

TEST_F(SettingsctlDocumentTest, ABackupIsOnesOwnAndComesBackAsOneEdit) {
    patch(device(), {{"theme", "dark"}, {"editor", {{"tabs", 4}, {"a.b", 1}}}});
    auto const file = (folder / "backup").string();
    auto const before = device().document();
    ctl({"backup", file});
    struct stat status {};
    ASSERT_EQ(stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    patch(device(), {{"theme", "light"}, {"more", 1}});
    ASSERT_TRUE(device().client().erase({"editor.tabs"}));
    auto const changed = device().document();

    auto const asked = run({"setsid", "--wait", program("settingsctl"), "--socket",
                            device().socket(), "restore", file},
                           folder.path());
    EXPECT_EQ(asked.status, 2) << "nobody can be asked";
    EXPECT_THAT(asked.errors, HasSubstr("--yes asks nobody"));
    EXPECT_EQ(device().document(), changed);
    EXPECT_THAT(ctl({"restore", "--yes", file}).output, HasSubstr("restored, in revision 4"));

    EXPECT_EQ(device().document(), before);
    ctl({"undo"});
    EXPECT_EQ(device().document(), changed);
}

TEST_F(SettingsctlDocumentTest, AFileThatCannotBeReadOrWrittenIsNoWrongUsage) {
    auto const nowhere = (folder / "nowhere" / "backup").string();

    EXPECT_THAT(ctl({"backup", nowhere}, 1).errors, HasSubstr("cannot write " + nowhere + ": No"));
    EXPECT_THAT(ctl({"restore", nowhere}, 1).errors,
                AllOf(HasSubstr("cannot read " + nowhere + ": No"),
                      testing::Not(HasSubstr("is no backup"))));
    EXPECT_THAT(ctl({"load", nowhere}, 1).errors, HasSubstr("cannot read " + nowhere + ": No"));
    EXPECT_THAT(ctl({"backup", folder.path()}, 2).errors, HasSubstr("is no plain file"));
}

/// One app may write below one name, little by little, more than one request may carry.
TEST_F(SettingsctlDocumentTest, AKeyThatIsLargerThanOneRequestComesBack) {
    for (std::string const part : {"a", "b", "c"})
        patch(device(), {{"editor", {{part, {{"text", std::string(600'000, 'x')}}}}}});
    auto const file = (folder / "backup").string();
    auto const before = device().document();
    ctl({"backup", file});
    ASSERT_TRUE(device().client().erase({"editor"}));

    ctl({"restore", "--yes", file});

    EXPECT_EQ(device().document(), before);
}

TEST_F(SettingsctlDocumentTest, ALoadThatEndsInFailureHasChangedNothing) {
    patch(device(), {{"theme", "dark"}, {"more", 1}});
    auto const before = device().document();
    Json too_deep = 1;
    for (int levels = 0; levels < 70; ++levels) too_deep = Json::array({too_deep});
    Json too_much{{"theme", "light"}};
    for (int n = 0; n < 9; ++n) too_much["part" + std::to_string(n)] = std::string(1'000'000, 'x');

    for (auto const& document :
         {Json{{"a", std::string(800'000, 'x')}, {"deep", too_deep}}, too_much}) {
        auto const file = file_with(document.dump());
        EXPECT_THAT(ctl({"load", "--replace", file}, 1).errors, testing::Not(IsEmpty()));
        EXPECT_EQ(device().document(), before);
    }
}

TEST_F(SettingsctlDocumentTest, ARestoreShowsTheDifferenceAndAsks) {
    patch(device(), {{"theme", "dark"}});
    auto const file = (folder / "backup").string();
    ctl({"backup", file});
    patch(device(), {{"theme", "light"}});

    TerminalSession session{
        {program("settingsctl"), "--socket", device().socket(), "restore", file}};
    session.expect("~ theme: \"light\" -> \"dark\"");
    session.expect("Restore this? [y/N] ");
    session.type("n\n");
    EXPECT_EQ(WEXITSTATUS(session.wait()), 1);
    EXPECT_EQ(device().document(), Json({{"theme", "light"}}));
}

TEST_F(SettingsctlDocumentTest, WhatIsNoBackupRestoresNothing) {
    patch(device(), {{"theme", "dark"}});
    for (auto const* text : {"{}", "{\"theme\":\"light\"}", "{\"settings\":{}}", "no JSON"})
        EXPECT_THAT(ctl({"restore", "--yes", file_with(text)}, 2).errors, testing::Not(IsEmpty()));
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
}

TEST_F(SettingsctlDocumentTest, ABackupIsNotLoadedAsIfItWereTheSettings) {
    patch(device(), {{"theme", "dark"}});
    auto const file = (folder / "backup").string();
    ctl({"backup", file});

    EXPECT_THAT(ctl({"load", "--replace", file}, 2).errors, HasSubstr("settingsctl restore"));

    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
}

TEST_F(SettingsctlDocumentTest, ABackupOfAnotherFormIsNotGuessedAt) {
    auto const later = R"({"backup":2,"at":"2031-01-01T00:00:00Z","settings":{}})";

    EXPECT_THAT(ctl({"restore", "--yes", file_with(later)}, 2).errors, HasSubstr("form"));
}

}  // namespace
}  // namespace settings::system_test
