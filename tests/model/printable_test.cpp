#include "model/printable.h"

#include <gtest/gtest.h>

#include "model/json.h"

namespace settings {
namespace {

TEST(PrintableTest, LeavesTextAsItIs) {
    for (auto const* text : {"", "theme: dark", "Größe", "\u4f60\u597d", "\U0001F600", "a\\nb",
                             "e\u0301", "\U0001F468\u200D\U0001F469", "\u05D0\u05D1", "\uFFFD"}) {
        EXPECT_EQ(printable(text), text);
        EXPECT_EQ(printable_lines(text), text);
    }
}

TEST(PrintableTest, ShowsControlCharactersEscaped) {
    EXPECT_EQ(printable("a\x1b[31mb"), "a\\u001b[31mb");
    EXPECT_EQ(printable(std::string_view{"\0\x07\x08\x7f", 4}), "\\u0000\\u0007\\b\\u007f");
    EXPECT_EQ(printable("a\r\nb\tc"), "a\\r\\nb\\tc");
}

TEST(PrintableTest, ShowsTheControlCharactersOfUnicodeEscaped) {
    EXPECT_EQ(printable("\u0080 \u0085 \u009b31m \u009f \u00a0"),
              "\\u0080 \\u0085 \\u009b31m \\u009f \u00a0");
}

TEST(PrintableTest, ShowsWhatTurnsTheDirectionEscaped) {
    EXPECT_EQ(printable("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"),
              "\\u061c\\u200e\\u200f\\u202a\\u202b\\u202c\\u202d\\u202e");
    EXPECT_EQ(printable("\u2066\u2067\u2068\u2069\u206f"), "\\u2066\\u2067\\u2068\\u2069\\u206f");
    EXPECT_EQ(printable("\u2027\u202f\u2065\u2070"), "\u2027\u202f\u2065\u2070");
}

TEST(PrintableTest, ShowsTheSeparatorsOfUnicodeEscaped) {
    EXPECT_EQ(printable("a\u2028b\u2029c"), "a\\u2028b\\u2029c");
    EXPECT_EQ(printable_lines("a\u2028b\u2029c\u0085"), "a\\u2028b\\u2029c\\u0085");
}

TEST(PrintableTest, ShowsEachByteThatIsNoUtf8) {
    EXPECT_EQ(printable("a\xff\xc3"), "a\\xff\\xc3");
    EXPECT_EQ(printable("\x9b"
                        "31m"),
              "\\x9b31m");                                    // C1 in ISO 8859
    EXPECT_EQ(printable("\xc0\x9b"), "\\xc0\\x9b");           // longer than need be
    EXPECT_EQ(printable("\xed\xa0\xbd"), "\\xed\\xa0\\xbd");  // half of a pair
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
    EXPECT_EQ(printable("\xe2\x80\xe2\x80\xae"), "\\xe2\\x80\\u202e");
    EXPECT_EQ(printable("\xe2\x1b[2J"), "\\xe2\\u001b[2J");
}

TEST(PrintableTest, LinesKeepTheirBreaksAndTabs) {
    EXPECT_EQ(printable_lines("a\n\tb\r\n\x1b[2J"), "a\n\tb\\r\n\\u001b[2J");
}

TEST(PrintableTest, JsonStaysTheSameJson) {
    Json const value{{"a\u009b", "\x1b]0;\x07 \u202e\u2028 \x7f ü"}};

    EXPECT_EQ(Json::parse(printable_lines(value.dump(2))), value);
}

TEST(PrintableTest, AnEscapedTextStaysAsItIs) {
    auto const once = printable("\x1b\u202e\xff\n");

    EXPECT_EQ(printable(once), once);
}

TEST(PrintableTest, FindsTheFirstCharacter) {
    EXPECT_EQ(first_character("ab"), "a");
    EXPECT_EQ(first_character("üb"), "ü");
    EXPECT_EQ(first_character("\xc3"), "\xc3");
    EXPECT_EQ(first_character("\xe2\x80"), "\xe2");
}

}  // namespace
}  // namespace settings
