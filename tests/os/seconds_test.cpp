#include "os/seconds.h"

#include <gtest/gtest.h>

namespace settings::os {
namespace {

TEST(SecondsTest, TakesANumberInTheRangeAlone) {
    for (std::string const right : {"0.01", "30", "3600", "1e3"})
        EXPECT_EQ(wrong_with_seconds(right, 0.01, 3'600), "");
    for (std::string const wrong :
         {"nan", "-nan", "NAN", "inf", "-1", "0", "3600.1", "1e999", "", " 1", "1s", "0x10"})
        EXPECT_EQ(wrong_with_seconds(wrong, 0.01, 3'600),
                  '"' + wrong + "\" is not a number of seconds from 0.01 to 3600");
}

}  // namespace
}  // namespace settings::os
