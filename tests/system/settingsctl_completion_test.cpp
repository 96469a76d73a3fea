// What each shell is told when somebody presses TAB, with a daemon and without.

#include <cstdlib>

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// How to have a shell complete the words "$@", and print what it would offer.
struct Shell {
    std::string name;
    std::vector<std::string> words;
    std::string script;
};

void PrintTo(Shell const& shell, std::ostream* stream) { *stream << shell.name; }

class SettingsctlCompletionTest : public SystemTest, public testing::WithParamInterface<Shell> {
  protected:
    void SetUp() override {
        auto const& shell = GetParam();
        if (std::system(("command -v " + shell.name + " >/dev/null").c_str()) != 0)
            GTEST_SKIP() << shell.name << " is not installed; run script/setup";
        boot();
        ctl({"set", "theme=light", "panel.side=left", "panel.two words=1"});
        auto const programs = std::filesystem::path{program("settingsctl")}.parent_path().string();
        setenv("PATH", (programs + ':' + std::getenv("PATH")).c_str(), 1);
        setenv("HOME", folder.path().c_str(), 1);
    }

    /// What the shell offers for the last one of these words.
    std::string offered(std::vector<std::string> typed) {
        typed.insert(typed.begin(), {"settingsctl", "--socket", device().socket()});
        auto words = GetParam().words;
        words.push_back(GetParam().script);
        if (GetParam().name != "fish") words.push_back(GetParam().name);
        words.insert(words.end(), typed.begin(), typed.end());
        auto const finished = run(words, folder.path());
        EXPECT_EQ(finished.errors, "");
        return finished.output;
    }
};

TEST_P(SettingsctlCompletionTest, CompletesCommandsOptionsAndPaths) {
    EXPECT_THAT(offered({"ge"}), StartsWith("get"));
    EXPECT_THAT(offered({"load", "--rep"}), StartsWith("--replace"));
    EXPECT_THAT(offered({"get", "th"}), StartsWith("theme"));
    EXPECT_THAT(offered({"get", "panel.s"}), StartsWith("panel.side"));
    EXPECT_THAT(offered({"set", "th"}), HasSubstr("theme="));
    EXPECT_THAT(offered({"get", "no"}), IsEmpty());
}

TEST_P(SettingsctlCompletionTest, CompletesTheNamesOfFiles) {
    EXPECT_THAT(offered({"load", "/dev/nul"}),
                GetParam().name == "fish" ? StartsWith("/dev/null") : StartsWith("files"));
}

TEST_P(SettingsctlCompletionTest, ANameMayHaveASpace) {
    EXPECT_THAT(offered({"unset", "panel.t"}),
                testing::AnyOf(StartsWith("panel.two words"), StartsWith("panel.two\\ words")));
}

TEST_P(SettingsctlCompletionTest, IsSilentWithoutADaemon) {
    device().kill();

    EXPECT_THAT(offered({"get", "th"}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Shells, SettingsctlCompletionTest,
                         testing::Values(Shell{"bash",
                                               {"bash", "--norc", "-c"},
                                               R"(source <(settingsctl completion bash)
                             compopt() { [ "$2" = nospace ] || echo files; }
                             COMP_WORDS=("$@") COMP_LINE="$*"
                             COMP_CWORD=$(($# - 1))
                             _settingsctl
                             [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}")"},
                                         Shell{"zsh",
                                               {"zsh", "-f", "-c"},
                                               R"(compdef() { }
                             compadd() { print -l -- "$@" }
                             _describe() { print -l -- "${(@P)2}" }
                             _files() { print files }
                             source <(settingsctl completion zsh)
                             words=("$@")
                             CURRENT=$#
                             _settingsctl)"},
                                         Shell{"fish",
                                               {"fish", "--no-config", "-c"},
                                               R"(settingsctl completion fish | source
                             complete -C (string join ' ' -- $argv))"}),
                         [](auto const& shell) { return shell.param.name; });

}  // namespace
}  // namespace settings::system_test
