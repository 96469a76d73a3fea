#include "daemon/state_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace settings::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class StateDirectoryTest : public testing::Test {
  protected:
    std::string refusal() {
        try {
            prepare_state_directory(state);
        } catch (std::exception const& error) {
            return error.what();
        }
        return "accepted";
    }

    TemporaryFolder folder;
    std::filesystem::path state = folder / "a/b/state";
};

TEST_F(StateDirectoryTest, CreatesItForTheOwnerAlone) {
    prepare_state_directory(state);

    struct stat status {};
    ASSERT_EQ(stat(state.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0700U);
    EXPECT_EQ(refusal(), "accepted");
}

TEST_F(StateDirectoryTest, RefusesOneThatIsOpenToOthersAndNamesTheMode) {
    prepare_state_directory(state);
    for (mode_t const mode : {0750, 0701, 0777}) {
        ASSERT_EQ(chmod(state.c_str(), mode), 0);
        EXPECT_THAT(refusal(), HasSubstr("chmod 700"));
    }
}

TEST_F(StateDirectoryTest, NobodyIsToldToCloseAFolderOfTheSystem) {
    for (auto const* system : {"/", "/tmp"}) {
        state = system;
        EXPECT_THAT(refusal(),
                    AllOf(HasSubstr("choose a folder of its own"), Not(HasSubstr("700"))));
    }
}

TEST_F(StateDirectoryTest, RefusesALinkAndAFile) {
    std::filesystem::create_directories(folder / "a/b/elsewhere");
    std::filesystem::create_symlink(folder / "a/b/elsewhere", state);

    EXPECT_THAT(refusal(), HasSubstr("is a link, which is not followed"));

    std::filesystem::remove(state);
    std::ofstream{state};
    EXPECT_THAT(refusal(), HasSubstr("not a directory"));
}

TEST_F(StateDirectoryTest, RefusesOneOfAnotherUser) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
    prepare_state_directory(state);
    ASSERT_EQ(chown(state.c_str(), 12345, 12345), 0);

    EXPECT_THAT(refusal(), AllOf(HasSubstr("belongs to user 12345, not to user root"),
                                 HasSubstr("sudo -u '#12345' settingsd"), Not(HasSubstr("chown"))));
}

TEST_F(StateDirectoryTest, WhatRootLeftInItIsGivenBack) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can be another user";
    prepare_state_directory(state);
    std::ofstream{state / "settings.db"} << "root's";
    std::ofstream{state / "notes"} << "no file of ours";
    ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
    ASSERT_EQ(chown(state.c_str(), 12345, 12345), 0);

    ASSERT_EQ(seteuid(12345), 0);
    auto const found = refusal();
    ASSERT_EQ(seteuid(0), 0);

    EXPECT_THAT(found, AllOf(HasSubstr("settings.db belongs to user root, not to user 12345"),
                             HasSubstr("sudo chown -R 12345: " + state.string())));
    ASSERT_EQ(chown((state / "settings.db").c_str(), 12345, 12345), 0);
    ASSERT_EQ(seteuid(12345), 0);
    EXPECT_EQ(refusal(), "accepted");
    ASSERT_EQ(seteuid(0), 0);
}

}  // namespace
}  // namespace settings::daemon
