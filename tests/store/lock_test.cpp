#include "store/lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>

#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

TEST(LockTest, KeepsASecondOneOutAndNamesTheFirst) {
    TemporaryFolder const folder;
    std::optional<Lock> first{Lock::take(folder.path()).value()};

    auto const second = Lock::take(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), Errc::busy);
    EXPECT_THAT(second.error().message(), testing::HasSubstr(std::to_string(getpid())));

    first.reset();
    EXPECT_TRUE(Lock::take(folder.path()));
}

TEST(LockTest, ThrowsWhenTheFolderIsNotThere) {
    TemporaryFolder const folder;

    EXPECT_THROW(static_cast<void>(Lock::take(folder / "nowhere")), std::system_error);
}

}  // namespace
}  // namespace settings::store
