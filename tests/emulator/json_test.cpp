#include "emulator/json.h"

#include <gtest/gtest.h>

namespace settings::emulator {
namespace {

/// The text as it comes back, or "" when it is refused.
std::string read(std::string const& text) {
    auto const value = json_in(text);
    return value ? value->dump() : "";
}

std::string nested(std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
}

TEST(JsonTest, WritesNumbersAsJavaScriptDoes) {
    EXPECT_EQ(read(R"({"a":1.0,"b":[1e2,-0.5],"c":-0.0})"), R"({"a":1,"b":[100,-0.5],"c":0})");
}

TEST(JsonTest, TakesTheLastOfTwoMembersWithOneName) {
    EXPECT_EQ(read(R"({"a":1,"a":2})"), R"({"a":2})");
}

TEST(JsonTest, RefusesWhatIsNotJson) {
    for (auto const* text : {"", "{", "{} {}", "[1,]", "'a'", "nul", "\"\xff\"", "1e999"})
        EXPECT_EQ(read(text), "") << text;
}

TEST(JsonTest, RefusesWhatWouldEndTheStack) {
    EXPECT_EQ(read(nested(512)), nested(512));
    EXPECT_EQ(read(nested(514)), "");
    EXPECT_EQ(read(std::string(1'000'000, '[')), "");
}

}  // namespace
}  // namespace settings::emulator
