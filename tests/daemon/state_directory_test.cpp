#include "daemon/state_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temporary_folder.h"

namespace settings::daemon {
namespace {

using testing::HasSubstr;

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

TEST_F(StateDirectoryTest, RefusesALinkAndAFile) {
    std::filesystem::create_directories(folder / "a/b/elsewhere");
    std::filesystem::create_symlink(folder / "a/b/elsewhere", state);

    EXPECT_THAT(refusal(), HasSubstr("not a directory"));
}

TEST_F(StateDirectoryTest, RefusesOneOfAnotherUser) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
    prepare_state_directory(state);
    ASSERT_EQ(chown(state.c_str(), 12345, 12345), 0);

    EXPECT_THAT(refusal(), HasSubstr("belongs to user 12345"));
}

}  // namespace
}  // namespace settings::daemon
