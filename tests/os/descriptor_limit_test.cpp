#include "os/descriptor_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>

namespace settings::os {
namespace {

using testing::HasSubstr;

TEST(DescriptorLimitTest, GoesUpToTheHardOne) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit const low{.rlim_cur = 16, .rlim_max = before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);

    EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);

    setrlimit(RLIMIT_NOFILE, &before);
}

TEST(DescriptorLimitTest, AdviceIsForTheLimitThatWasMet) {
    EXPECT_THAT(reason_of(EMFILE), HasSubstr("ulimit -n"));
    EXPECT_THAT(reason_of(ENFILE), HasSubstr("fs.file-max"));
    EXPECT_EQ(reason_of(ENOENT), "No such file or directory");
}

}  // namespace
}  // namespace settings::os
