#include "daemon/host/daemon_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <stdexcept>
#include <string>

namespace settings::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(DaemonClockTest, SaysWhyTheBootCannotBeTold) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit const none{.rlim_cur = 0, .rlim_max = before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    std::string why;
    try {
        DaemonClock const clock{std::nullopt};
    } catch (std::runtime_error const& error) {
        why = error.what();
    }
    setrlimit(RLIMIT_NOFILE, &before);

    EXPECT_THAT(why, AllOf(HasSubstr("boot_id: Too many open files; "), HasSubstr("ulimit -n"),
                           Not(HasSubstr("mount"))));
}

}  // namespace
}  // namespace settings::daemon
