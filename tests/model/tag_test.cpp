#include "model/tag.h"

#include <gtest/gtest.h>

#include <limits>

namespace settings {
namespace {

TEST(TagTest, ComesBackFromItsText) {
    for (Tag const tag : {Tag{0, 1}, Tag{7, 0x9f86d081884c7d65}, Tag{41, ~StoreId{0}},
                          Tag{std::numeric_limits<Revision>::max(), 16}})
        EXPECT_EQ(cursor_in(text_of(tag)), (Cursor{tag.revision, tag.store})) << text_of(tag);
    EXPECT_EQ(text_of(Tag{7, 0x9f86d081884c7d65}), "7-9f86d081884c7d65");
    EXPECT_EQ(text_of(Tag{7, 0xf}), "7-000000000000000f");
}

TEST(TagTest, ANumberAloneIsOfTheStoreAtHand) {
    EXPECT_EQ(cursor_in("7"), (Cursor{7, std::nullopt}));
}

TEST(TagTest, TheNumberOfNoStoreIsNotTheStoreAtHand) {
    EXPECT_EQ(cursor_in("7-0000000000000000"), (Cursor{7, StoreId{0}}));
}

TEST(TagTest, IsNothingElse) {
    for (auto const* text :
         {"", "-", "x", "-7", "07", "7-", "7-1", "-9f86d081884c7d65", "7-9F86D081884C7D65",
          "7-9f86d081884c7d6g", "7-9f86d081884c7d651", "7 ", " 7", "99999999999999999999",
          "99999999999999999999-9f86d081884c7d65", "7-9f86d081884c7d65-1", "\"7\""})
        EXPECT_EQ(cursor_in(text), std::nullopt) << text;
}

}  // namespace
}  // namespace settings
