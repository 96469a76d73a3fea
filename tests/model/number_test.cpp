#include "model/number.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/same.h"

namespace settings {
namespace {

/// Of a text as an app may send it; "" when it is taken.
std::string refusal(std::string const& number) {
    auto const read = parse_json("[" + number + "]", {.exact_numbers = true});
    return read ? "" : read.error().message();
}

TEST(NumberTest, TakesWhatComesBackAsItIs) {
    for (std::string const number : {"0",
                                     "-0",
                                     "-0.0",
                                     "0e999999999999",
                                     "0.1",
                                     "1.10",
                                     "1e300",
                                     "-1.5e-7",
                                     "1E+2",
                                     "1e23",
                                     "100000000000000000000",
                                     "18446744073709551615",
                                     "-9223372036854775808",
                                     "18446744073709551616",
                                     "9007199254740993",
                                     "9007199254740992.0",
                                     "0.10000000000000001",
                                     "0.1000000000000000055511151231257827021181583404541015625",
                                     "1.7976931348623157e308",
                                     "4.9406564584124654e-324",
                                     "5e-324",
                                     "123456789.125"})
        EXPECT_EQ(refusal(number), "") << number;
}

TEST(NumberTest, RefusesWhatWouldBeAnotherNumber) {
    EXPECT_EQ(refusal("-237462374673276894279832749832423479823246327846"),
              "the number -237462374673276894279832749832423479823246327846 would become "
              "-2.374623746732769e+47; write it as a string");
    std::vector<std::string> const numbers{
        "18446744073709551617",
        "-9223372036854775809",
        "9007199254740993.0",
        "1e-400",
        "9007199254740993e0",
        "90071992547409.93e2",
        "3.14159265358979323846",
        "100000000000000000001",
        "0.1000000000000000055511151231257827021181583404541015626",
        "1" + std::string(300, '0') + "1"};
    for (auto const& number : numbers) EXPECT_NE(refusal(number), "") << number;
}

TEST(NumberTest, NamesABoundedPartOfANumberThatIsTooLong) {
    EXPECT_LT(refusal("0." + std::string(1 << 20, '7')).size(), 500U);
}

TEST(NumberTest, TheServerMayHoldWhatItLikes) {
    EXPECT_TRUE(parse_json("[-237462374673276894279832749832423479823246327846,1e-400]"));
}

/// What is taken for ours of what comes back.
std::string seen(std::string const& theirs, std::string const& ours) {
    auto value = parse_json(theirs).value();
    unround(value, parse_json(ours).value());
    return to_text(value);
}

TEST(NumberTest, KnowsItsIntegersAgainThatJavaScriptRounded) {
    EXPECT_EQ(seen("9007199254740992", "9007199254740993"), "9007199254740993");
    EXPECT_EQ(seen("12345678901234567000", "12345678901234567891"), "12345678901234567891");
    EXPECT_EQ(seen("1.2345678901234567e19", "12345678901234567891"), "12345678901234567891");
    EXPECT_EQ(seen("18446744073709552000", "18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(seen("-9223372036854776000", "-9223372036854775807"), "-9223372036854775807");
    EXPECT_EQ(seen(R"({"a":[1,9007199254740992],"b":2})", R"({"a":[1,9007199254740993],"c":3})"),
              R"({"a":[1,9007199254740993],"b":2})");
}

TEST(NumberTest, KnowsANumberAgainThatHasFewerDigitsWhereOursIsAnotherByNow) {
    auto const back = [](char const* theirs, char const* sent, char const* before,
                         char const* ours) {
        auto value = parse_json(theirs).value();
        auto const was_sent = parse_json(sent).value();
        auto const was_there = parse_json(before).value();
        auto const is_here = parse_json(ours).value();
        unround_sent(value, &was_sent, &was_there, &is_here);
        return to_text(value);
    };

    EXPECT_EQ(back("0.111", "0.11119", "0.1", "0.22"), "0.11119");
    EXPECT_EQ(back(R"({"a":{"b":-2.5}})", R"({"a":{"b":-2.501}})", "{}", "{}"),
              R"({"a":{"b":-2.501}})");
    EXPECT_EQ(back("3", "3.01", "1", "4"), "3.01");

    EXPECT_EQ(back("0.111", "0.11119", "0.1", "0.11119"), "0.111") << "the server keeps no more";
    EXPECT_EQ(back("0.111", "0.11119", "0.111", "0.22"), "0.111") << "it was there before";
    EXPECT_EQ(back("0.12", "0.11119", "0.1", "0.22"), "0.12") << "another device's";
    EXPECT_EQ(back("1001", "1000", "1", "2"), "1001");
    EXPECT_EQ(back("[0.111]", "[0.11119]", "[]", "[1]"), "[0.111]");
    EXPECT_EQ(back(R"("0.111")", "0.11119", "1", "2"), R"("0.111")");
}

TEST(NumberTest, LeavesAllOtherNumbersAlone) {
    EXPECT_EQ(seen("9007199254740994", "9007199254740993"), "9007199254740994");
    EXPECT_EQ(seen("12345678901234567892", "12345678901234567891"), "12345678901234567892");
    EXPECT_EQ(seen("9007199254740992", "\"9007199254740993\""), "9007199254740992");
    EXPECT_EQ(seen("[9007199254740992]", "[9007199254740993,1]"), "[9007199254740992]");
    EXPECT_EQ(seen("1", "1"), "1");
}

}  // namespace
}  // namespace settings
