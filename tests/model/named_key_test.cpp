#include "model/named_key.h"

#include <gtest/gtest.h>

#include <set>

namespace settings {
namespace {

/// The key that is meant, or the first word of what is wrong.
std::string meant(std::string const& name) {
    std::set<std::string> const waiting{"font", "a.b", "", "schrift größe", "a/b"};
    auto const key = key_named(name, [&](auto const& each) { return waiting.contains(each); });
    if (key) return "key " + *key;
    return (key.error().code() == Errc::not_found ? "unknown: " : "wrong: ") +
           key.error().message();
}

TEST(NamedKeyTest, AKeyIsMeantByItsNameWhateverIsInIt) {
    for (auto const* name : {"font", "a.b", "", "schrift größe", "a/b"})
        EXPECT_EQ(meant(name), std::string{"key "} + name);
}

TEST(NamedKeyTest, AKeyIsMeantByItsPointer) {
    EXPECT_EQ(meant("/font"), "key font");
    EXPECT_EQ(meant("/a.b"), "key a.b");
    EXPECT_EQ(meant("/a~1b"), "key a/b");
    EXPECT_EQ(meant("/"), "key ");
}

TEST(NamedKeyTest, APathInsideAKeyIsToldWhichKeyToName) {
    EXPECT_EQ(meant("font.size"),
              R"(wrong: "font.size" is inside "font", which is decided as a whole; name "font")");
    EXPECT_EQ(meant("/font/size"),
              R"(wrong: "/font/size" is inside "font", which is decided as a whole; name "font")");
    EXPECT_EQ(meant("a.b.c"),
              R"(wrong: "a.b.c" is inside "a.b", which is decided as a whole; name "a.b")");
}

TEST(NamedKeyTest, WhatDoesNotWaitIsUnknown) {
    for (auto const* name : {"fond", "a", "/a/b", "b.font"})
        EXPECT_EQ(meant(name), std::string{"unknown: \""} + name +
                                   "\" is none of the settings that wait for a decision");
}

}  // namespace
}  // namespace settings
