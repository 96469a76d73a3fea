#include "client/advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/temporary_folder.h"

namespace settings::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AdviceTest : public testing::Test {
  protected:
    AdviceTest() {
        ::setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
        ::setenv("XDG_RUNTIME_DIR", "/run/me", 1);
        ::unsetenv("SUDO_USER");
    }

    TemporaryFolder folder;
    std::string const socket = folder / "socket";
    std::string const runtime = "/run/user/" + std::to_string(::geteuid());
};

TEST_F(AdviceTest, SomebodysOwnDaemonIsStartedByTheirManager) {
    EXPECT_EQ(how_to_start(socket, "start settingsd"),
              "start it with: systemctl --user start settingsd");

    ::unsetenv("XDG_RUNTIME_DIR");
    EXPECT_EQ(how_to_start(socket, "start settingsd"),
              "start it with: XDG_RUNTIME_DIR=" + runtime + " systemctl --user start settingsd");
}

TEST_F(AdviceTest, ADaemonOfANamedUserIsStartedByAnAdministrator) {
    EXPECT_EQ(how_to_start("/run/settingsd/kiosk/socket", "start settingsd"),
              "start it with: sudo systemctl start settingsd@kiosk.socket");
}

TEST_F(AdviceTest, WhatIsMaskedIsAllowedFirst) {
    auto const units = folder / "systemd/user";
    std::filesystem::create_directories(units);
    std::filesystem::create_symlink("/dev/null", units / "settingsd.service");

    EXPECT_THAT(how_to_start(socket, "start settingsd"),
                HasSubstr("systemctl --user unmask settingsd.socket settingsd.service && systemctl "
                          "--user start settingsd.socket"));
}

TEST_F(AdviceTest, WhoHasNoSessionIsToldHowToHaveOne) {
    if (std::filesystem::exists(runtime)) GTEST_SKIP() << "there is one";

    EXPECT_THAT(how_to_start(runtime + "/settingsd/socket", "start settingsd"),
                AllOf(HasSubstr("no " + runtime), HasSubstr("loginctl enable-linger"),
                      Not(HasSubstr("systemctl --user"))));
}

TEST_F(AdviceTest, WhoIsRootForAMomentIsSentBack) {
    if (::geteuid() != 0) GTEST_SKIP() << "not root";
    ::setenv("SUDO_USER", "ada", 1);

    EXPECT_THAT(how_to_start(socket, "start settingsd"), HasSubstr("do it without sudo"));

    ::unsetenv("SUDO_USER");
}

}  // namespace
}  // namespace settings::client
