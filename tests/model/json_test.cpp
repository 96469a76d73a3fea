#include "model/json.h"

#include <gtest/gtest.h>

namespace settings {
namespace {

std::string canonical(std::string_view text) { return to_text(parse_json(text).value()); }

Error refused(std::string_view text, JsonLimits const& limits = {}) {
    auto const parsed = parse_json(text, limits);
    EXPECT_FALSE(parsed) << text.substr(0, 80);
    return parsed ? Error{} : parsed.error();
}

TEST(JsonTest, SortsMembersAndDropsSpaces) {
    EXPECT_EQ(canonical(R"( { "b" : [1, 2], "a" : {} } )"), R"({"a":{},"b":[1,2]})");
}

TEST(JsonTest, GivesEqualNumbersOneForm) {
    EXPECT_EQ(canonical("[1, 1.0, 1e0, 10e-1, -0.0]"), "[1,1,1,1,0]");
    EXPECT_EQ(canonical("[0.5, 5e-1, 1e300]"), "[0.5,0.5,1e+300]");
    EXPECT_EQ(canonical("[9007199254740993, -9223372036854775808]"),
              "[9007199254740993,-9223372036854775808]");
    EXPECT_EQ(canonical("[9007199254740991.0, -9007199254740991.0, 9007199254740992.0]"),
              "[9007199254740991,-9007199254740991,9.007199254740992e+15]");
}

TEST(JsonTest, KeepsNullAndEmptyNames) { EXPECT_EQ(canonical(R"({"":null})"), R"({"":null})"); }

TEST(JsonTest, RefusesADuplicateNameAndSaysWhich) {
    auto const error = refused(R"({"a":{"theme":1,"theme":2}})");

    EXPECT_EQ(error.code(), Errc::bad_request);
    EXPECT_NE(error.message().find("\"theme\""), std::string::npos) << error.message();
}

TEST(JsonTest, NamesThePlaceOfASyntaxError) {
    auto const error = refused(R"({"a":})");

    EXPECT_EQ(error.code(), Errc::bad_request);
    EXPECT_NE(error.message().find("line 1, column 6"), std::string::npos) << error.message();
}

TEST(JsonTest, SaysWhatIsWrongInOneCleanLine) {
    EXPECT_EQ(refused("[1e999]").message(), "not JSON: byte 6: number overflow parsing '1e999'");
    EXPECT_TRUE(refused("[1").message().starts_with("not JSON: line 1, column 3: syntax error"));
}

TEST(JsonTest, RefusesWhatIsNotJson) {
    for (std::string_view const text :
         {"", " ", "{", "[1,]", "{\"a\":1,}", "NaN", "Infinity", "'a'", "1 2", "{}x", "01", "+1",
          "1e999", "\"\\ud800\"", "\"\xff\"", "\"\xc0\xaf\"", "\"a\nb\"", "// c\n1"})
        EXPECT_EQ(refused(text).code(), Errc::bad_request) << text;
}

TEST(JsonTest, TellsATextFromOtherBytes) {
    for (std::string const text : {"", "a", "\xc3\xa4", "\xf0\x9f\x8c\xb1"})
        EXPECT_TRUE(is_utf8(text)) << text;
    for (std::string const bytes : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "a\xe4"})
        EXPECT_FALSE(is_utf8(bytes)) << bytes;
}

TEST(JsonTest, RefusesAZeroWhateverFollows) {
    using namespace std::string_view_literals;
    for (auto const text : {"{}\0"sv, "{}\0{\"a\":1}"sv, "\0{}"sv, "[1,\0]"sv, "\"a\0\""sv})
        EXPECT_EQ(refused(text).code(), Errc::bad_request) << text;
    EXPECT_EQ(refused("{}\0"sv).message(), "not JSON: byte 3 is a zero");
}

TEST(JsonTest, QuotesNoRawBytesInItsError) {
    auto const message = refused("{\"a\": \"\xff\x01\"}").message();

    for (char const c : message) EXPECT_TRUE(c >= ' ' && c <= '~') << message;
}

TEST(JsonTest, QuotesLittleHoweverMuchCannotBeRead) {
    std::string const much(1 << 20, '7');
    for (auto const& text : {"[\"" + much, "[" + much, "{\"" + much + "\":1,\"" + much + "\":1}"})
        EXPECT_LT(refused(text).message().size(), 400U);
}

TEST(JsonTest, RefusesDepthBeyondTheLimitWithoutRecursion) {
    std::string const deep(1'000'000, '[');
    std::string const fits = std::string(8, '[') + std::string(8, ']');

    EXPECT_EQ(refused(deep, {.depth = 8}).code(), Errc::too_large);
    EXPECT_TRUE(parse_json(fits, {.depth = 8}));
    EXPECT_EQ(refused("[" + fits + "]", {.depth = 8}).code(), Errc::too_large);
}

TEST(JsonTest, RefusesANameBeyondTheLimit) {
    EXPECT_EQ(refused(R"({"abcde":1})", {.key_bytes = 4}).code(), Errc::too_large);
    EXPECT_TRUE(parse_json(R"({"abcd":1})", {.key_bytes = 4}));
}

}  // namespace
}  // namespace settings
