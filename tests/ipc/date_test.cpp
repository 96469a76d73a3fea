#include "ipc/date.h"

#include <gtest/gtest.h>

namespace settings::ipc {
namespace {

using namespace std::chrono;

TEST(DateTest, IsWrittenAsHttpHasIt) {
    EXPECT_EQ(http_date(sys_days{1994y / November / 6} + 8h + 49min + 37s),
              "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(http_date(sys_days{2028y / February / 29} + 23h + 59min + 59s),
              "Tue, 29 Feb 2028 23:59:59 GMT");
}

TEST(DateTest, OfAnAnswerIsNow) {
    auto const before = floor<seconds>(system_clock::now());
    std::string const told{http_date_now()};
    auto const after = floor<seconds>(system_clock::now());

    EXPECT_TRUE(told == http_date(before) || told == http_date(after)) << told;
}

}  // namespace
}  // namespace settings::ipc
