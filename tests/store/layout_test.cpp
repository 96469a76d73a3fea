#include "store/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::store {
namespace {

using testing::ElementsAre;

TEST(LayoutTest, IsTheOrderInWhichARowHasItsValues) {
    auto const numbered = layout_of(
        "CREATE TABLE t (b TEXT, a INTEGER PRIMARY KEY, g TEXT AS (b || 'x'), s TEXT AS (b) "
        "STORED)");
    ASSERT_TRUE(numbered);
    EXPECT_THAT(numbered->columns, ElementsAre("b", "a", "s"));
    EXPECT_EQ(numbered->rowid, 1U);

    auto const by_key =
        layout_of("CREATE TABLE t (b TEXT, c INTEGER, a TEXT, PRIMARY KEY (a, c)) WITHOUT ROWID");
    ASSERT_TRUE(by_key);
    EXPECT_THAT(by_key->columns, ElementsAre("a", "c", "b"));
    EXPECT_EQ(by_key->rowid, std::nullopt);

    auto const hidden = layout_of("CREATE TABLE \"a b\" (n INT PRIMARY KEY, \"x y\")");
    ASSERT_TRUE(hidden);
    EXPECT_THAT(hidden->columns, ElementsAre("n", "x y"));
    EXPECT_EQ(hidden->rowid, std::nullopt);
}

TEST(LayoutTest, OfAnyOtherTextIsUnknown) {
    for (auto const* text :
         {"", "CREATE TABLE", "CREATE TABLE t (", "CREATE INDEX i ON t (a)", "DROP TABLE t",
          "CREATE TABLE pragma_table_list (a TEXT)", "CREATE TABLE t (a AS (unknown_function()))",
          "CREATE TABLE t AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
          "SELECT x FROM n"})
        EXPECT_FALSE(layout_of(text)) << text;
}

}  // namespace
}  // namespace settings::store
