#include "cli/nearest.h"

#include <gtest/gtest.h>

namespace settings::cli {
namespace {

std::vector<std::string> const known{"get", "set", "unset", "theme", "editor.fontSize", "status"};

TEST(NearestTest, IsOneMistakeAway) {
    for (auto const* typed : {"thme", "themme", "thene", "htmee", "tehme", "theme "})
        EXPECT_EQ(nearest(typed, known), "theme") << typed;
    EXPECT_EQ(nearest("editor.fontsize", known), "editor.fontSize");
    EXPECT_EQ(nearest("sttaus", known), "status");
}

TEST(NearestTest, IsNothingWhereNothingIsNear) {
    for (auto const* typed : {"", "frobnicate", "g", "ts", "t", "tone"})
        EXPECT_EQ(nearest(typed, known), std::nullopt) << typed;
    EXPECT_EQ(nearest(std::string(10'000, 't'), {std::string(10'001, 't')}), std::nullopt);
}

TEST(NearestTest, IsNothingWhereTwoAreEquallyNear) {
    EXPECT_EQ(nearest("et", known), std::nullopt) << "get or set";
    EXPECT_EQ(nearest("nset", known), std::nullopt) << "set or unset";
    EXPECT_EQ(nearest("sett", known), "set");
}

TEST(NearestTest, IsAskedForInOneSentence) {
    EXPECT_EQ(did_you_mean("thme", known), "; did you mean \"theme\"?");
    EXPECT_EQ(did_you_mean("frobnicate", known), "");
}

}  // namespace
}  // namespace settings::cli
