#include "os/file_identity.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace settings::os {
namespace {

class FileIdentityTest : public testing::Test {
  protected:
    FileIdentityTest() { std::ofstream{file} << "twelve bytes"; }

    TemporaryFolder folder;
    std::filesystem::path const file = folder / "file";
};

TEST_F(FileIdentityTest, IsThatOfTheOpenFileWhateverItsName) {
    Descriptor const open{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    std::filesystem::rename(file, folder / "moved");

    EXPECT_TRUE(identity_of(open).is(identity_of(folder / "moved")));
    EXPECT_EQ(identity_of(open).bytes, 12U);
}

TEST_F(FileIdentityTest, IsAnotherOneForACopy) {
    std::filesystem::copy_file(file, folder / "copy");

    EXPECT_FALSE(identity_of(file).is(identity_of(folder / "copy")));
}

TEST_F(FileIdentityTest, OfALinkIsItsOwn) {
    std::filesystem::create_symlink(file, folder / "link");

    EXPECT_FALSE(identity_of(folder / "link").is(identity_of(file)));
}

TEST_F(FileIdentityTest, WhatIsNotThereIsNoFileNotEvenItself) {
    auto const none = identity_of(folder / "none");

    EXPECT_FALSE(none.is(none));
    EXPECT_EQ(none.bytes, 0U);
}

}  // namespace
}  // namespace settings::os
