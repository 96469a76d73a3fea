#include "cli/layout.h"

#include <gtest/gtest.h>

namespace settings::cli {
namespace {

TEST(LayoutTest, FoldsBetweenWordsAndGoesOnBelowTheText) {
    EXPECT_EQ(folded("Pending       2 settings of many\n", 30),
              "Pending       2 settings of\n"
              "              many\n");
    EXPECT_EQ(folded("    to do: start it\n\nshort\n", 16), "    to do: start\n    it\n\nshort\n");
    EXPECT_EQ(folded("a sentence of some words\n", 10), "a sentence\nof some\nwords\n");
}

TEST(LayoutTest, LeavesWhatFits) {
    std::string const lines = "exactly 10\n✓ ünïcödé\n\n  x\n";
    EXPECT_EQ(folded(lines, 10), lines);
}

TEST(LayoutTest, AWordThatIsTooLongStaysWhole) {
    EXPECT_EQ(folded("see https://example.org/a/long/way now\n", 10),
              "see\nhttps://example.org/a/long/way\nnow\n");
}

TEST(LayoutTest, ColoursTakeNoRoom) {
    EXPECT_EQ(folded("\033[32mgreen words\033[0m\n", 11), "\033[32mgreen words\033[0m\n");
    EXPECT_EQ(folded("Label  \033[31mred words here\033[0m\n", 16),
              "Label  \033[31mred words\n       here\033[0m\n");
}

TEST(LayoutTest, AMarginNeverTakesHalfOfANarrowTerminal) {
    EXPECT_EQ(folded("Last success  yesterday evening\n", 20), "Last success\nyesterday evening\n");
}

TEST(LayoutTest, WhatGoesToNoTerminalIsNotFolded) {
    std::string const line(500, 'x');
    EXPECT_EQ(fitted(line + " y\n", Style::plain), line + " y\n");
}

}  // namespace
}  // namespace settings::cli
