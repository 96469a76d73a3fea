#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/commands.h"
#include "cli/usage_error.h"
#include "tests/client/fake_daemon.h"
#include "tests/client/replies.h"
#include "tests/support/temporary_folder.h"

namespace settings::cli {
namespace {

using client::reply;
using client::saved;
using client::snapshot;
using testing::ElementsAre;
using testing::HasSubstr;

/// Larger than one request may carry, of two parts.
Json two_parts() { return {{"a", std::string(400'000, 'x')}, {"b", std::string(400'000, 'x')}}; }

auto const undone = reply(200, R"({"success":true,"revision":9,"undone":1})");

class DocumentCommandsTest : public testing::Test {
  protected:
    Outcome run_against(std::vector<std::string> answers, Command const& command) {
        client::FakeDaemon daemon{{{.replies = std::move(answers)}}};
        std::optional<client::Client> client{daemon.socket_path()};
        auto outcome = run(command, {*client, daemon.socket_path(), {}, Style::plain});
        client.reset();
        requests = daemon.stop();
        for (auto& request : requests) request.resize(request.find(" HTTP/"));
        return outcome;
    }

    std::string file_with(std::string const& text) {
        std::ofstream{folder / "file"} << text;
        return (folder / "file").string();
    }

    static std::string text_in(std::filesystem::path const& file) {
        std::ifstream stream{file};
        return {std::istreambuf_iterator<char>{stream}, {}};
    }

    TemporaryFolder folder;
    std::vector<std::string> requests;
};

TEST_F(DocumentCommandsTest, ABackupGoesWhereALinkLeads) {
    std::filesystem::create_directory(folder / "usb");
    std::ofstream{folder / "usb/b.json"} << "old";
    std::filesystem::create_symlink("usb/b.json", folder / "b.json");

    auto const outcome = run_against({client::one_setting}, Backup{(folder / "b.json").string()});

    EXPECT_EQ(outcome.exit, Exit::done) << outcome.message;
    EXPECT_TRUE(std::filesystem::is_symlink(folder / "b.json"));
    EXPECT_THAT(text_in(folder / "usb/b.json"), HasSubstr("dark"));
}

TEST_F(DocumentCommandsTest, ABackupOverALinkToNowhereIsRefused) {
    std::filesystem::create_symlink("usb/b.json", folder / "b.json");

    EXPECT_THROW(run_against({client::one_setting}, Backup{(folder / "b.json").string()}),
                 UsageError);

    EXPECT_TRUE(std::filesystem::is_symlink(folder / "b.json"));
}

TEST_F(DocumentCommandsTest, SettingsThatLookLikeABackupAreLoaded) {
    for (auto const* text : {R"({"backup":"daily","at":"2026-11-23T19:00:00Z","settings":{}})",
                             R"({"backup":1,"at":"noon","settings":{}})",
                             R"({"backup":1,"at":"2026-11-23T19:00:00Z","settings":1})"})
        EXPECT_EQ(run_against({snapshot(1, "{}"), saved(2)}, Load{file_with(text)}).exit,
                  Exit::done)
            << text;
    EXPECT_THROW(
        run_against({},
                    Load{file_with(R"({"backup":1,"at":"2026-11-23T19:00:00Z","settings":{}})")}),
        UsageError);
}

TEST_F(DocumentCommandsTest, SeveralRevisionsAreTold) {
    auto const file = file_with(two_parts().dump());

    auto const outcome = run_against({snapshot(1, "{}"), saved(2), saved(3)}, Load{file});

    EXPECT_EQ(outcome.output,
              "loaded, in revisions 2 to 3; \"settingsctl undo\" takes back one at a time, the "
              "newest first\n");
    EXPECT_EQ(run_against({snapshot(1, "{}"), saved(2)}, Load{file_with(R"({"a":1})")}).output, "");
}

TEST_F(DocumentCommandsTest, AnEditTellsSeveralRevisions) {
    auto const file = file_with(two_parts().dump());
    ::setenv("VISUAL", ("cp " + file).c_str(), 1);

    auto const outcome =
        run_against({snapshot(1, "{}"), snapshot(1, "{}"), saved(2), saved(3)}, Edit{});

    ::unsetenv("VISUAL");
    EXPECT_EQ(outcome.exit, Exit::done) << outcome.message;
    EXPECT_THAT(outcome.output, HasSubstr("\nsaved, in revisions 2 to 3; "));
}

/// Held signals wait for whoever asks; so one can come just when the first part is done.
class WaitingSignal {
  public:
    explicit WaitingSignal(int number) {
        sigset_t held;
        sigemptyset(&held);
        sigaddset(&held, number);
        sigprocmask(SIG_BLOCK, &held, &before_);
        raise(number);
    }
    ~WaitingSignal() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
    WaitingSignal(WaitingSignal const&) = delete;
    WaitingSignal& operator=(WaitingSignal const&) = delete;

  private:
    sigset_t before_{};
};

TEST_F(DocumentCommandsTest, ALoadThatIsInterruptedBetweenTwoPartsTakesTheFirstOneBack) {
    auto const file = file_with(two_parts().dump());
    for (int const number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
        WaitingSignal const waiting{number};

        auto const outcome = run_against({snapshot(1, "{}"), saved(2), undone}, Load{file});

        EXPECT_EQ(outcome.message, "interrupted; nothing was changed");
        EXPECT_EQ(outcome.signal, number);
        EXPECT_THAT(requests,
                    ElementsAre("GET /settings/user", "PATCH /v1/settings", "POST /v1/undo"));
    }
}

TEST_F(DocumentCommandsTest, AnInterruptedLoadTellsWhatCouldNotBeTakenBack) {
    auto const file = file_with(two_parts().dump());
    WaitingSignal const waiting{SIGTERM};

    auto const outcome = run_against(
        {snapshot(1, "{}"), saved(2), reply(409, R"({"success":false,"message":"changed"})")},
        Load{file});

    EXPECT_EQ(outcome.message,
              "interrupted; what was changed before that, since revision 2, is still there");
}

TEST_F(DocumentCommandsTest, ASignalThatIsIgnoredInterruptsNothing) {
    auto const file = file_with(two_parts().dump());
    auto const before = ::signal(SIGHUP, SIG_IGN);
    Outcome outcome;
    {
        WaitingSignal const waiting{SIGHUP};
        outcome = run_against({snapshot(1, "{}"), saved(2), saved(3)}, Load{file});
    }
    ::signal(SIGHUP, before);

    EXPECT_EQ(outcome.exit, Exit::done) << outcome.message;
}

TEST_F(DocumentCommandsTest, ThatNothingWasChangedIsToldOnce) {
    auto const file = file_with(Json{{"a", std::string(1'100'000, 'x')}}.dump());
    ::setenv("VISUAL", ("cp " + file).c_str(), 1);
    ::setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1);

    auto const outcome = run_against({snapshot(1, "{}"), snapshot(1, "{}")}, Edit{});

    ::unsetenv("VISUAL");
    ::unsetenv("XDG_RUNTIME_DIR");
    EXPECT_THAT(outcome.message,
                testing::MatchesRegex("/a is larger than 1 MiB, which no app may write; nothing "
                                      "was changed; your text is in .*"));
}

}  // namespace
}  // namespace settings::cli
