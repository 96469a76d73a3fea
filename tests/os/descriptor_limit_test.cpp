#include "os/descriptor_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/support/few_descriptors.h"

namespace settings::os {
namespace {

using testing::HasSubstr;

TEST(DescriptorLimitTest, GoesUpToTheHardOne) {
    FewDescriptors const few{16};

    EXPECT_EQ(raise_descriptor_limit(), few.most());
}

TEST(DescriptorLimitTest, AdviceIsForTheLimitThatWasMet) {
    EXPECT_THAT(reason_of(EMFILE), HasSubstr("ulimit -n"));
    EXPECT_THAT(reason_of(ENFILE), HasSubstr("fs.file-max"));
    EXPECT_EQ(reason_of(ENOENT), "No such file or directory");
}

}  // namespace
}  // namespace settings::os
