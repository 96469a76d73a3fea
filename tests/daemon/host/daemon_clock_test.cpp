#include "daemon/host/daemon_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/support/few_descriptors.h"

namespace settings::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(DaemonClockTest, SaysWhyTheBootCannotBeTold) {
    std::string why;
    try {
        FewDescriptors const none{0};
        DaemonClock const clock{std::nullopt};
    } catch (std::runtime_error const& error) {
        why = error.what();
    }

    EXPECT_THAT(why, AllOf(HasSubstr("boot_id: Too many open files; "), HasSubstr("ulimit -n"),
                           Not(HasSubstr("mount"))));
}

}  // namespace
}  // namespace settings::daemon
