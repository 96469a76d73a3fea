#include "model/value_tag.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "model/json.h"
#include "model/tag.h"

namespace settings {
namespace {

std::string tag_of(std::string_view json) { return value_tag(to_text(parse_json(json).value())); }

TEST(ValueTagTest, IsTheSameForTheSameValueHoweverItIsWritten) {
    EXPECT_EQ(tag_of(R"({"b":1.0,"a":[true]})"), tag_of(R"( { "a" : [true], "b" : 1 } )"));
    // As any other program makes it: uuid5(UUID(int=0), '"dark"') in Python.
    EXPECT_EQ(tag_of(R"("dark")"), "v-4d1fb882-26f2-5fd0-9922-9faf91414d09");
}

TEST(ValueTagTest, IsAnotherOneForEachOtherValue) {
    std::set<std::string> tags;
    auto const values = {"null",  "true",       "false",        "0",  "1",   "\"1\"",
                         "\"\"",  "\"null\"",   "[]",           "{}", "[1]", "[1,2]",
                         "[2,1]", R"({"a":1})", R"({"a":"1"})", "0.1"};
    for (auto const* value : values) tags.insert(tag_of(value));

    EXPECT_EQ(tags.size(), values.size());
}

TEST(ValueTagTest, IsNoDocumentsTag) { EXPECT_EQ(cursor_in(tag_of("7")), std::nullopt); }

}  // namespace
}  // namespace settings
