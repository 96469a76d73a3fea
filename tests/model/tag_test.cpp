#include "model/tag.h"

#include <gtest/gtest.h>

#include <limits>

namespace settings {
namespace {

TEST(TagTest, ComesBackFromItsText) {
    for (Tag const tag : {Tag{0, 1}, Tag{7, 0x9f86d081884c7d65}, Tag{41, ~StoreId{0}},
                          Tag{std::numeric_limits<Revision>::max(), 16}})
        EXPECT_EQ(tag_in(text_of(tag)), tag) << text_of(tag);
    EXPECT_EQ(text_of(Tag{7, 0x9f86d081884c7d65}), "7-9f86d081884c7d65");
    EXPECT_EQ(text_of(Tag{7, 0xf}), "7-000000000000000f");
}

TEST(TagTest, ANumberAloneIsOfAnyStore) { EXPECT_EQ(tag_in("7"), (Tag{7, any_store})); }

TEST(TagTest, IsNothingElse) {
    for (auto const* text :
         {"", "-", "x", "-7", "07", "7-", "7-1", "-9f86d081884c7d65", "7-9F86D081884C7D65",
          "7-9f86d081884c7d6g", "7-9f86d081884c7d651", "7 ", " 7", "99999999999999999999",
          "99999999999999999999-9f86d081884c7d65", "7-9f86d081884c7d65-1", "\"7\""})
        EXPECT_EQ(tag_in(text), std::nullopt) << text;
}

}  // namespace
}  // namespace settings
