#include "os/write_durably.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "os/descriptor.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace settings::os {
namespace {

TEST(WriteDurablyTest, WritesAllFromWhereTheFileStands) {
    TemporaryFolder const folder;
    Descriptor const file{
        open((folder / "file").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    std::string const much(3'000'000, 'x');

    EXPECT_TRUE(write_durably(file.number(), "first "));
    EXPECT_TRUE(write_durably(file.number(), much));

    EXPECT_EQ(read_text(folder / "file"), "first " + much);
}

TEST(WriteDurablyTest, SaysWhyTheDiskDoesNotTakeIt) {
    Descriptor const full{open("/dev/full", O_WRONLY | O_CLOEXEC)};

    EXPECT_FALSE(write_durably(full.number(), "text"));
    EXPECT_EQ(errno, ENOSPC);
}

TEST(WriteDurablyTest, WhatNoDiskKeepsIsNotDurable) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    Descriptor const reading{ends[0]};
    Descriptor const writing{ends[1]};

    EXPECT_FALSE(write_durably(writing.number(), "text"));
    EXPECT_EQ(errno, EINVAL);
}

}  // namespace
}  // namespace settings::os
