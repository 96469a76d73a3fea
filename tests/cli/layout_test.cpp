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

TEST(LayoutTest, WhatATerminalHasRoomForIsShownWhole) {
    EXPECT_EQ(cropped("one\n\nthree\n", {3, 5}), "one\n\nthree\n");
    EXPECT_EQ(cropped("", {3, 5}), "");
}

TEST(LayoutTest, TheLastRowSaysHowManyLinesAreMissing) {
    EXPECT_EQ(cropped("1\n2\n3\n4\n", {3, 80}), "1\n2\n… 2 more lines\n");
    EXPECT_EQ(cropped("some words\n2\n", {2, 6}), "some\n… 2 m…\n") << "folded lines count";
    EXPECT_EQ(cropped("1\n2\n3\n", {1, 80}), "1\n") << "a lone row is the first line's";
    EXPECT_EQ(cropped("1\n2\n", {0, 80}), "1\n");
}

TEST(LayoutTest, NoCroppedLineIsWiderThanTheTerminal) {
    EXPECT_EQ(cropped("see https://example.org/ now\n", {5, 10}), "see\nhttps://e…\nnow\n");
    EXPECT_EQ(cropped("exactly_10\nexactly__11\n", {5, 10}), "exactly_10\nexactly__…\n");
    EXPECT_EQ(cropped("文字文字文字\n", {5, 6}), "文字…\n") << "each takes two columns";
    EXPECT_EQ(cropped("ab\n", {5, 1}), "…\n");
}

TEST(LayoutTest, AColourEndsAlsoWhereItsEndIsCutOff) {
    EXPECT_EQ(cropped("\033[31mabcdef\033[0m\nx\n", {5, 4}), "\033[31mabc…\033[0m\nx\n");
    EXPECT_EQ(cropped("\033[31mab cd ef\033[0m\n", {2, 16}), "\033[31mab cd ef\033[0m\n");
    EXPECT_EQ(cropped("\033[31mab cd ef\033[0m\n", {2, 3}), "\033[31mab\n\033[0m… …\n");
    EXPECT_EQ(cropped("\033[31mab cd\033[0m\n", {1, 3}), "\033[31mab\033[0m\n");
}

}  // namespace
}  // namespace settings::cli
