#include "cli/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "cli/health_text.h"
#include "settings/client.h"
#include "tests/client/fake_daemon.h"

namespace settings::cli {
namespace {

using namespace std::chrono;
using client::Json;
using client::Status;
using client::Time;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Health = Finding::Health;

class HealthTest : public testing::Test {
  protected:
    HealthTest() {
        chmod(folder.c_str(), 0700);
        status.state = "idle";
        status.server = "https://server";
        status.version = SETTINGSD_VERSION;
        status.last_success = now - 3min;
    }
    ~HealthTest() override { std::filesystem::remove_all(folder); }

    /// Puts it in the status, as the daemon tells what it waits for.
    void wait_for(std::string const& what, std::string const& reason) {
        status.state = "held";
        status.waits_for = what;
        status.next_attempt = Status::NextAttempt{1h, reason};
    }

    std::filesystem::path folder = client::new_directory();
    Time const now = sys_days{2027y / 5 / 1};
    Status status;
};

TEST_F(HealthTest, ASocketIsThereAndNobodyElses) {
    auto const socket = folder / "socket";
    EXPECT_EQ(look_at_socket(socket).health, Health::bad);
    EXPECT_THAT(look_at_socket(socket).mend, HasSubstr("settingsd.socket"));

    close(client::listen_at(socket, 1));
    chmod(socket.c_str(), 0600);
    EXPECT_EQ(look_at_socket(socket).health, Health::good);
    EXPECT_THAT(look_at_socket(socket).mend, IsEmpty());

    chmod(socket.c_str(), 0666);
    EXPECT_THAT(look_at_socket(socket).message, HasSubstr("mode 666"));
    EXPECT_THAT(look_at_socket(socket).mend, HasSubstr("chmod go-rwx " + socket.string()));

    chmod(socket.c_str(), 0600);
    chmod(folder.c_str(), 0770);
    EXPECT_EQ(look_at_socket(socket).health, Health::bad);
    EXPECT_THAT(look_at_socket(socket).mend, HasSubstr("chmod go-rwx " + folder.string()));
}

TEST_F(HealthTest, AFileIsNoSocket) {
    std::ofstream{folder / "socket"} << "x";

    EXPECT_THAT(look_at_socket(folder / "socket").message, HasSubstr("is not a socket"));
}

TEST_F(HealthTest, WhatBelongsToAnotherUserIsToldWithItsOwner) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    auto const socket = folder / "socket";
    close(client::listen_at(socket, 1));
    chmod(socket.c_str(), 0600);
    ASSERT_EQ(chown(socket.c_str(), 12345, 12345), 0);

    EXPECT_EQ(look_at_socket(socket).health, Health::bad);
    EXPECT_THAT(look_at_socket(socket).message, HasSubstr("belongs to user 12345"));
    EXPECT_EQ(look_at_socket(socket).mend, "sudo -u '#12345' settingsctl doctor");
}

TEST_F(HealthTest, WhatRootLeftIsGivenBackAndNothingIsGivenToRoot) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can be another user";
    ASSERT_EQ(seteuid(12345), 0);
    auto const found = look_at_disk(folder);
    ASSERT_EQ(seteuid(0), 0);
    EXPECT_EQ(found.mend, "sudo chown -R 12345: " + folder.string());

    ASSERT_EQ(chown(folder.c_str(), 12345, 12345), 0);
    EXPECT_EQ(look_at_disk(folder).mend, "sudo -u '#12345' settingsctl doctor");
}

TEST_F(HealthTest, RootIsToldWhoseSettingsItMeans) {
    if (geteuid() != 0) GTEST_SKIP() << "only root is told";
    unsetenv("SUDO_UID");
    EXPECT_THAT(look_at_socket(folder / "socket").mend, HasSubstr("systemctl --user restart"));

    setenv("SUDO_UID", "12345", 1);
    EXPECT_THAT(look_at_socket(folder / "socket").mend, HasSubstr("sudo -u '#12345' settingsctl"));
    unsetenv("SUDO_UID");

    ASSERT_EQ(chown(folder.c_str(), 12346, 12346), 0);
    EXPECT_THAT(look_at_socket(folder / "absent/socket").mend,
                HasSubstr("sudo -u '#12346' settingsctl"));
}

TEST_F(HealthTest, ASocketMayBeInAFolderOfRoots) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away, and be another user";
    auto const socket = folder / "socket";
    close(client::listen_at(socket, 1));
    chmod(socket.c_str(), 0600);
    chmod(folder.c_str(), 0755);
    ASSERT_EQ(chown(socket.c_str(), 12345, 12345), 0);
    ASSERT_EQ(seteuid(12345), 0);
    auto const found = look_at_socket(socket);
    ASSERT_EQ(seteuid(0), 0);

    EXPECT_EQ(found.health, Health::good) << found.message;
}

TEST_F(HealthTest, TheStoreHasAFolderOfItsOwn) {
    EXPECT_NE(look_at_disk(folder).health, Health::bad);
    EXPECT_THAT(look_at_disk(folder).message, HasSubstr("MiB are left"));

    chmod(folder.c_str(), 0755);
    EXPECT_EQ(look_at_disk(folder).health, Health::bad);

    EXPECT_EQ(look_at_disk(folder / "nothing").health, Health::doubtful);
}

TEST_F(HealthTest, AFolderOfTheSystemIsNotToBeClosedToOthers) {
    EXPECT_THAT(look_at_disk("/tmp").mend,
                HasSubstr("choose a folder of its own: store.directory"));
    if (geteuid() == 0) {
        EXPECT_THAT(look_at_disk("/").mend, HasSubstr("choose a folder of its own"));
    }
}

TEST_F(HealthTest, TheStoreOfAnotherUsersDaemonIsTheirs) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can be another user";
    auto const closed = folder / "closed";
    ASSERT_EQ(mkdir(closed.c_str(), 0700), 0);
    chmod(folder.c_str(), 0755);
    ASSERT_EQ(seteuid(12345), 0);
    auto const open = look_at_disk_of_another(folder);
    auto const hidden = look_at_disk_of_another(closed / "store");
    ASSERT_EQ(seteuid(0), 0);

    EXPECT_THAT(open.message, HasSubstr("MiB are left"));
    EXPECT_EQ(open.mend, "");
    EXPECT_EQ(hidden.health, Health::good);
    EXPECT_EQ(hidden.mend, "");
}

TEST_F(HealthTest, ADaemonAnswersAndIsOfThisVersion) {
    EXPECT_EQ(look_at_daemon(status).health, Health::good);

    status.version = "0.0.1";
    EXPECT_EQ(look_at_daemon(status).health, Health::doubtful);
    EXPECT_THAT(look_at_daemon(status).message, HasSubstr("0.0.1"));

    client::Client absent{"/nonexistent/socket"};
    auto const found = look_at_daemon(absent.status());
    EXPECT_EQ(found.health, Health::bad);
    EXPECT_EQ(found.message, absent.status().error().message());
    EXPECT_THAT(found.message, HasSubstr("not running"));
    EXPECT_THAT(found.mend, HasSubstr("journalctl --user -u settingsd"));
}

TEST_F(HealthTest, AMissingLoginIsToldOnce) {
    EXPECT_EQ(look_at_login(status).health, Health::good);

    wait_for("login", "there is no token");
    status.last_error = Status::LastError{"the server answered 401", now};
    EXPECT_EQ(look_at_login(status).health, Health::bad);
    EXPECT_EQ(look_at_login(status).message, "there is no token");
    EXPECT_THAT(look_at_login(status).mend, HasSubstr("settingsctl login"));
    EXPECT_NE(look_at_server(status, now).health, Health::bad);
}

TEST_F(HealthTest, AServerThatFailsNowIsBadAndOneThatDidOnceIsNot) {
    EXPECT_EQ(look_at_server(status, now).message, "https://server answered 3 min ago");

    status.last_error = Status::LastError{"the server answered 500", now - 5min};
    EXPECT_EQ(look_at_server(status, now).health, Health::good);

    status.answer = {{"lastError", {{"failuresInARow", 1}}}};
    EXPECT_EQ(look_at_server(status, now).health, Health::bad) << "its look succeeded";
    status.answer = {};

    status.last_error->at = now - 1min;
    EXPECT_EQ(look_at_server(status, now).health, Health::bad);
    EXPECT_EQ(look_at_server(status, now).message, "the server answered 500");

    EXPECT_THAT(look_at_server(status, now).mend, Not(HasSubstr("server.ca_file")));

    status.last_error->kind = "storage";
    EXPECT_THAT(look_at_server(status, now).mend, HasSubstr("on this machine"));
    EXPECT_THAT(look_at_server(status, now).mend, Not(HasSubstr("server.url")));

    status.last_error->kind = "untrusted";
    EXPECT_THAT(look_at_server(status, now).mend, HasSubstr("server.ca_file"));

    wait_for("stopped", "403");
    EXPECT_EQ(look_at_server(status, now).message, "403");
    EXPECT_THAT(look_at_server(status, now).mend, HasSubstr("server.url"));

    status.state = "offline";
    EXPECT_EQ(look_at_server(status, now).health, Health::doubtful);
}

TEST_F(HealthTest, BeforeTheFirstRoundNothingIsKnown) {
    status.last_success.reset();

    EXPECT_EQ(look_at_login(status).health, Health::doubtful);
    EXPECT_EQ(look_at_server(status, now).health, Health::doubtful);
}

TEST_F(HealthTest, AClockThatCannotBeRightIsBad) {
    EXPECT_EQ(look_at_clock(status, now).health, Health::good);
    EXPECT_EQ(look_at_clock(status, now - 3min).health, Health::good);
    EXPECT_THAT(look_at_clock(status, now - 2h).message, HasSubstr("1 h in the future"));
    EXPECT_EQ(look_at_clock(status, Time{}).health, Health::bad);

    status.answer = {{"clockSkewSeconds", 30}};
    EXPECT_EQ(look_at_clock(status, now).health, Health::good);
    status.answer = {{"clockSkewSeconds", 7'200}};
    EXPECT_THAT(look_at_clock(status, now).message, HasSubstr("2 h behind the server's"));
    status.answer = {{"clockSkewSeconds", -7'200}};
    EXPECT_THAT(look_at_clock(status, now).message, HasSubstr("2 h ahead of the server's"));
}

TEST_F(HealthTest, WhatWaitsForAPersonIsNamedWithItsCommand) {
    EXPECT_EQ(look_at_decisions(status).health, Health::good);

    status.state = "paused";
    status.review = Status::Review{};
    status.rejected = {{"theme", 400, "no", {}}};
    status.conflicts = 2;
    auto const found = look_at_decisions(status);
    EXPECT_EQ(found.health, Health::doubtful);
    EXPECT_EQ(found.message,
              "the sync is paused, a document of the server is held, 1 rejected, 2 in conflict");
    EXPECT_EQ(
        found.mend,
        "settingsctl resume, settingsctl review, settingsctl rejected, settingsctl conflicts");
}

TEST_F(HealthTest, WhatCannotBeReadAtTheServerIsNamedAndWhatIsNoKeyIsPassedOver) {
    status.answer = {
        {"unreadable", {"odd", {{"key", "theme"}, {"message", "half of a character"}}}}};

    auto const found = look_at_decisions(status);

    EXPECT_EQ(found.message, "\"theme\" cannot be read at the server");
    EXPECT_EQ(found.mend, "settingsctl explain theme");
}

TEST(HealthTextTest, SaysWhatToDoUnderWhatIsWrong) {
    std::vector<Finding> const findings{{"disk", Health::good, "fine"},
                                        {"login", Health::bad, "no\ntoken", "log in"}};

    EXPECT_EQ(health_text(findings, Style::plain, true),
              "✓ disk        fine\n"
              "✗ login       no\\ntoken\n"
              "              to do: log in\n");
    EXPECT_EQ(health_text(findings, Style::plain, false),
              "ok  disk        fine\n"
              "BAD login       no\\ntoken\n"
              "                to do: log in\n");
    EXPECT_THAT(health_text(findings, Style::colours, true), HasSubstr("\033[31m✗\033[0m login"));
}

TEST(HealthTextTest, TellsTheTimeOfWhatTookAny) {
    std::vector<Finding> const findings{{"name", Health::good, "found", {}, 12ms},
                                        {"login", Health::good, "taken", {}, 0ms}};

    EXPECT_EQ(health_text(findings, Style::plain, true),
              "✓ name        found (12 ms)\n"
              "✓ login       taken\n");
    EXPECT_EQ(Json::parse(health_text(findings, Style::json, true))
                  .at(Json::json_pointer{"/checks/0/milliseconds"}),
              12);
}

TEST_F(HealthTest, TheWayIsToldStepByStepWithWhatIsOddAboutIt) {
    client::Walk walk;
    walk.warning = "a proxy that cannot be used";
    walk.steps = {{"name", true, 3ms, "found", ""}, {"route", false, 0ms, "none", "connect"}};

    auto const findings = look_at_way(walk);

    ASSERT_EQ(findings.size(), 3U);
    EXPECT_EQ(findings[0].health, Health::doubtful);
    EXPECT_EQ(findings[1].took, 3ms);
    EXPECT_EQ(findings[2].health, Health::bad);
    EXPECT_EQ(findings[2].mend, "connect");
}

TEST_F(HealthTest, AWayThatCannotBeTriedIsNoFailureOfIt) {
    auto const findings = look_at_way(client::Error{client::Errc::not_found, "nothing is there"});

    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].health, Health::doubtful);
    EXPECT_THAT(findings[0].message, HasSubstr("nothing is there"));
}

TEST(HealthTextTest, ProgramsGetEveryMember) {
    auto const json = [](std::vector<Finding> const& findings) {
        return Json::parse(health_text(findings, Style::json, true));
    };

    EXPECT_EQ(json({{"a", Health::good, "b"}, {"c", Health::doubtful, "d", "e"}}),
              Json::parse(R"({"healthy":true,"checks":[
                  {"check":"a","health":"good","message":"b","mend":""},
                  {"check":"c","health":"doubtful","message":"d","mend":"e"}]})"));
    EXPECT_EQ(json({{"a", Health::bad, "b", "c"}}).at("healthy"), false);
}

TEST(HealthTextTest, FindsOutWhetherTheLocaleHasMoreThanAscii) {
    unsetenv("LC_ALL");
    unsetenv("LC_CTYPE");
    unsetenv("LANG");
    EXPECT_FALSE(speaks_unicode());
    setenv("LANG", "de_DE.utf8", 1);
    EXPECT_TRUE(speaks_unicode());
    setenv("LC_CTYPE", "C", 1);
    EXPECT_FALSE(speaks_unicode());
    setenv("LC_ALL", "C.UTF-8", 1);
    EXPECT_TRUE(speaks_unicode());
}

}  // namespace
}  // namespace settings::cli
