#include "os/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace settings::os {
namespace {

Descriptor open_null() { return Descriptor{open("/dev/null", O_RDONLY | O_CLOEXEC)}; }

bool is_open(int number) { return fcntl(number, F_GETFD) >= 0; }

TEST(DescriptorTest, ClosesWhatItOwnsWhenItGoes) {
    int number = -1;
    {
        auto const file = open_null();
        number = file.number();
        EXPECT_TRUE(is_open(number));
    }

    EXPECT_FALSE(is_open(number));
}

TEST(DescriptorTest, OwnsNothingWhenOpeningFailed) {
    Descriptor const none{open("/dev/null/nothing", O_RDONLY | O_CLOEXEC)};

    EXPECT_FALSE(none.is_open());
    EXPECT_FALSE(Descriptor{}.is_open());
}

TEST(DescriptorTest, IsClosedOnceHoweverOftenItIsMoved) {
    auto first = open_null();
    int const number = first.number();
    auto second = std::move(first);
    Descriptor third;
    third = std::move(second);

    EXPECT_EQ(third.number(), number);
    EXPECT_TRUE(is_open(number));
    third.close();
    EXPECT_FALSE(is_open(number));
    EXPECT_FALSE(third.is_open());
}

TEST(DescriptorTest, ClosesWhatItHadWhenItGetsAnother) {
    auto file = open_null();
    int const before = file.number();
    file = open_null();

    EXPECT_FALSE(is_open(before));
    EXPECT_TRUE(is_open(file.number()));
}

TEST(DescriptorTest, LeavesOpenWhatItGivesAway) {
    auto file = open_null();
    Descriptor const owner{file.release()};

    EXPECT_FALSE(file.is_open());
    EXPECT_TRUE(is_open(owner.number()));
}

}  // namespace
}  // namespace settings::os
