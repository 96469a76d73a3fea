#include "model/footprint.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

namespace settings {
namespace {

std::size_t heap() { return mallinfo2().uordblks; }

/// The values of such a text, as they are and as the heap says.
struct Weighed {
    double estimate = 0;
    double heap = 0;
};

Weighed weigh(std::string const& text) {
    auto const before = heap();
    auto const value = parse_json(text).value();
    return {static_cast<double>(footprint(value)), static_cast<double>(heap() - before)};
}

std::string repeated(std::string const& one, int times) {
    std::string text = "[" + one;
    for (int n = 1; n < times; ++n) text += "," + one;
    return text + "]";
}

TEST(FootprintTest, IsWhatTheHeapTakesUpToAHalf) {
    std::string const long_text = '"' + std::string(100, 'x') + '"';
    for (std::string const one :
         {"{}", "[]", "1", "[1,2,3]", "\"short\"", R"({"a":1,"b":{"c":[]}})", long_text.c_str()}) {
        auto const weighed = weigh(repeated(one, 10'000));
        if (weighed.heap == 0) continue;  // a sanitizer's heap does not tell
        EXPECT_GT(weighed.estimate, weighed.heap / 2) << one;
        EXPECT_LT(weighed.estimate, weighed.heap * 3 / 2) << one;
    }
}

TEST(FootprintTest, OfADocumentInTextsIsNearThatOfItsTexts) {
    Texts const document = Json{{"a", std::string(10'000, 'x')}, {"b", std::string(5'000, 'y')}};

    EXPECT_GT(footprint(document), 15'000U);
    EXPECT_LT(footprint(document), 16'000U);
}

TEST(FootprintTest, OfAnEditIsThatOfAllItsValues) {
    Json const large = std::string(10'000, 'x');
    std::string const path(10'000, 'p');

    EXPECT_GT(footprint(Edit{Patch{{{"a", large}}}}), 10'000U);
    EXPECT_GT(footprint(Edit{Replace{{{"a", large}}}}), 10'000U);
    EXPECT_GT(footprint(Edit{Erase{{path, path}}}), 20'000U);
    EXPECT_GT(footprint(Edit{Assignments{{{path, large}, {Path{path}, std::nullopt}}}}), 30'000U);
}

}  // namespace
}  // namespace settings
