#include "settings/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace settings::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ValueTest, IsWhatItIs) {
    EXPECT_EQ(value_as<bool>(true), true);
    EXPECT_EQ(value_as<int>(-7), -7);
    EXPECT_EQ(value_as<std::uint64_t>(18'446'744'073'709'551'615U), 18'446'744'073'709'551'615U);
    EXPECT_EQ(value_as<double>(0.5), 0.5);
    EXPECT_EQ(value_as<double>(3), 3.0);
    EXPECT_EQ(value_as<std::string>("dark"), "dark");
    EXPECT_EQ(value_as<Json>(nullptr), Json(nullptr));
    EXPECT_THAT(value_as<std::vector<int>>(Json{1, 2}).value(), ElementsAre(1, 2));
    EXPECT_EQ((value_as<std::map<std::string, bool>>(Json{{"a", true}}).value().at("a")), true);
}

TEST(ValueTest, IsNothingElse) {
    EXPECT_FALSE(value_as<bool>(1));
    EXPECT_FALSE(value_as<int>(true));
    EXPECT_FALSE(value_as<int>(0.5));
    EXPECT_FALSE(value_as<int>("1"));
    EXPECT_FALSE(value_as<double>(false));
    EXPECT_FALSE(value_as<std::string>(1));
    EXPECT_FALSE(value_as<std::string>(nullptr));
    EXPECT_FALSE(value_as<std::vector<int>>("x"));
}

TEST(ValueTest, FitsOrIsNothing) {
    EXPECT_EQ(value_as<std::uint8_t>(255), 255);
    EXPECT_FALSE(value_as<std::uint8_t>(256));
    EXPECT_FALSE(value_as<unsigned>(-1));
    EXPECT_FALSE(value_as<std::int64_t>(18'446'744'073'709'551'615U));
    EXPECT_FALSE(value_as<float>(1e300));
}

TEST(ValueTest, SaysWhatIsThereInstead) {
    auto const wrong = typed<int>("a.b", Json("x"));

    EXPECT_EQ(wrong.error().code(), Errc::wrong_type);
    EXPECT_THAT(wrong.error().message(), HasSubstr("\"a.b\" is of type string"));
}

}  // namespace
}  // namespace settings::client
