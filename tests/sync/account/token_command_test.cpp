#include "sync/account/token_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <optional>

#include "tests/support/eventually.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace settings::sync {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class TokenCommandTest : public testing::Test {
  protected:
    /// Makes a program of the script and runs it as the token command.
    Result<std::string> run(std::string const& script, Time limit = patience) {
        return run(std::vector<std::string>{program(script)}, limit);
    }

    Result<std::string> run(std::vector<std::string> words, Time limit = patience) {
        TokenCommand command{loop.get_executor(), std::move(words), limit};
        return finish(command);
    }

    Result<std::string> finish(TokenCommand& command) {
        std::optional<Result<std::string>> outcome;
        asio::co_spawn(loop, command.run(), [&](std::exception_ptr const& cause, auto token) {
            if (cause) std::rethrow_exception(cause);
            outcome = std::move(token);
        });
        loop.restart();
        while (!outcome) loop.run_one();
        return *outcome;
    }

    std::string refusal(std::string const& script, Time limit = patience) {
        auto const token = run(script, limit);
        return token ? "a token: " + *token : token.error().message();
    }

    std::string program(std::string const& script) {
        auto const file = folder / "command";
        write_text(file, "#!/bin/sh\n" + script + '\n');
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        return file;
    }

    /// The process whose number a script has written down.
    pid_t noted() { return std::stoi(read_text(folder / "pid")); }

    /// A killed process may still have its entry until init has reaped it.
    static bool is_gone(pid_t pid) {
        auto const status = read_text("/proc/" + std::to_string(pid) + "/stat");
        return status.empty() || status.find(") Z ") != std::string::npos;
    }

    /// Expects a script that notes its process, and stays, to be ended with that. A slow machine
    /// may not get it to note anything in the time that it has; then it gets more.
    void expect_end_in_time(std::string const& script) {
        std::filesystem::remove(folder / "pid");
        for (Time limit = 250ms; read_text(folder / "pid").empty(); limit *= 2)
            ASSERT_THAT(refusal(script, limit), HasSubstr("in time"));
        eventually("the process is gone", [this] { return is_gone(noted()); });
    }

    std::string note_pid() { return "echo $$ >" + (folder / "pid").string(); }

    TemporaryFolder folder;
    asio::io_context loop{1};
};

TEST_F(TokenCommandTest, PrintsAToken) {
    EXPECT_EQ(run("echo ' a.b.c '").value(), "a.b.c");
    EXPECT_EQ(run({program("echo \"$1-$#\""), "$HOME;x"}).value(), "$HOME;x-1");
}

TEST_F(TokenCommandTest, RunsAgainAndAgain) {
    TokenCommand command{loop.get_executor(), {program("echo token")}};

    EXPECT_EQ(finish(command).value(), "token");
    EXPECT_EQ(finish(command).value(), "token");
}

TEST_F(TokenCommandTest, SeesNothingOfOursButFourVariables) {
    setenv("SECRET_OF_OURS", "x", 1);
    setenv("XDG_RUNTIME_DIR", "/run/x", 1);
    std::string const names = "env | cut -d= -f1 | grep -vE '^(PWD|OLDPWD|SHLVL|_)$' | sort";

    EXPECT_EQ(run(names + " | tr '\\n' ,").value(), "HOME,LANG,PATH,XDG_RUNTIME_DIR,");
    EXPECT_EQ(run("echo $LANG").value(), "C.UTF-8");
    unsetenv("SECRET_OF_OURS");
}

TEST_F(TokenCommandTest, HasAnEmptyInputAndNoDescriptorsOfOurs) {
    int const leak = dup(STDERR_FILENO);
    ASSERT_GT(leak, 2);

    EXPECT_EQ(run("cat | wc -c").value(), "0");
    // ls has one of its own, for the folder.
    EXPECT_EQ(run("ls /proc/self/fd | tr '\\n' ,").value(), "0,1,2,3,");
    close(leak);
}

TEST_F(TokenCommandTest, WhatIsNotOneTokenIsToldAndNeverQuoted) {
    struct Case {
        std::string script;
        std::string complaint;
    };
    for (auto const& [script, complaint] :
         {Case{"echo secret; exit 1", "ended with status 1; run it"},
          Case{"true", "printed nothing"}, Case{"echo secret secret", "not one token"},
          Case{"printf 'secret\\001'", "not one token"},
          Case{"echo secret; echo secret", "not one token"},
          Case{"head -c 20000 /dev/zero | tr '\\0' s", "more than a token"},
          Case{"kill -TERM $$", "ended by signal 15"},
          Case{"echo secret >&2", "printed nothing"}}) {
        EXPECT_THAT(refusal(script), HasSubstr(complaint)) << script;
        EXPECT_THAT(refusal(script), Not(HasSubstr("secret"))) << script;
    }
}

TEST_F(TokenCommandTest, AProgramThatIsNotThereIsTold) {
    std::vector<std::string> const words{folder / "absent"};

    auto const token = run(words);

    ASSERT_FALSE(token);
    EXPECT_THAT(token.error().message(), HasSubstr("cannot be started: No such file"));
}

TEST_F(TokenCommandTest, IsEndedWithItsGroupWhenItsTimeIsOver) {
    expect_end_in_time(note_pid() + "; sleep 1000; echo late");
    expect_end_in_time("sh -c '" + note_pid() + "; sleep 1000' ; echo late");
}

TEST_F(TokenCommandTest, AnEndlessPrinterIsEnded) {
    std::string said = "in time";
    for (Time limit = 250ms; limit < patience && said.find("in time") != said.npos; limit *= 2)
        said = refusal("yes", limit);

    EXPECT_THAT(said, HasSubstr("more than a token"));
}

TEST_F(TokenCommandTest, AChildThatStaysBehindHoldsNobodyUp) {
    auto const stay = [this](std::string const& how) {
        return how + "sh -c '" + note_pid() + "; exec sleep 1000' & while [ ! -s " +
               (folder / "pid").string() + " ]; do :; done; echo token";
    };

    EXPECT_EQ(run(stay("")).value(), "token");
    eventually("the child is gone", [this] { return is_gone(noted()); });

    std::filesystem::remove(folder / "pid");
    EXPECT_EQ(run(stay("setsid ")).value(), "token");
    kill(noted(), SIGKILL);
}

TEST_F(TokenCommandTest, StopEndsIt) {
    TokenCommand command{loop.get_executor(), {program(note_pid() + "; sleep 1000")}};
    // Once more round the loop, and it has started.
    asio::post(loop, [&] { asio::post(loop, [&] { command.stop(); }); });

    EXPECT_THAT(finish(command).error().message(), HasSubstr("ended by signal 9"));
}

}  // namespace
}  // namespace settings::sync
