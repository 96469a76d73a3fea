#include "model/owner.h"

#include <gtest/gtest.h>

#include "tests/support/json.h"

namespace settings {
namespace {

constexpr char const* here = "https://backend.example";

TEST(OwnerTest, AnotherOriginIsAnotherOwnerWhateverTheNames) {
    EXPECT_TRUE(contradicts({here, {{"sub", "a"}}}, {"https://other.example", {{"sub", "a"}}}));
    EXPECT_FALSE(contradicts({here, {{"sub", "a"}}}, {here, {{"sub", "a"}}}));
}

TEST(OwnerTest, OnlyOneSourceCanContradictItself) {
    Owner const known{here, {{"login", "7"}, {"sub", "a"}}};

    EXPECT_TRUE(contradicts(known, {here, {{"sub", "b"}}}));
    EXPECT_TRUE(contradicts(known, {here, {{"login", "8"}, {"sub", "a"}}}));
    EXPECT_FALSE(contradicts(known, {here, {{"login", "7"}, {"sub", "b"}}}))
        << "some issuers give each token a sub of its own";
    EXPECT_TRUE(contradicts({here, {{"userId", "a"}, {"sub", "all"}}},
                            {here, {{"userId", "b"}, {"sub", "all"}}}));
    EXPECT_FALSE(contradicts(known, {here, {{"userId", "b"}}}));
    EXPECT_TRUE(contradicts({here, {{"email", "ada@x"}}}, {here, {{"email", "bob@x"}}}));
    EXPECT_FALSE(contradicts({here, {{"email", "ada@x"}, {"sub", "a"}}},
                             {here, {{"email", "bob@x"}, {"sub", "a"}}}))
        << "an address may change";
    EXPECT_FALSE(contradicts(known, {here}));
    EXPECT_FALSE(contradicts({here}, known));
}

TEST(OwnerTest, AClaimThatSaysWhatTheServiceSaysCountsBesideIt) {
    Owner const known{here, {{"login", "7"}, {"sub", "7"}}};

    EXPECT_TRUE(contradicts(known, {here, {{"login", "7"}, {"sub", "8"}}}))
        << "a renewed token, whose login was another's";
    EXPECT_TRUE(contradicts({here, {{"login", "7"}, {"userId", "7"}, {"sub", "x"}}},
                            {here, {{"login", "7"}, {"userId", "8"}, {"sub", "x"}}}));
    EXPECT_FALSE(contradicts(known, {here, {{"login", "7"}}})) << "it cannot be read any more";
    EXPECT_FALSE(contradicts(known, known));
    EXPECT_FALSE(contradicts({here, {{"login", "7"}, {"sub", "x"}}}, known))
        << "an issuer that names the account from now on";
}

TEST(OwnerTest, WhatIsLearntLaterIsAdded) {
    Owner const known{here, {{"login", "7"}}};

    auto const more = joined(known, {here, {{"login", "7"}, {"sub", "a"}}});

    EXPECT_EQ(more, (Owner{here, {{"login", "7"}, {"sub", "a"}}}));
    EXPECT_EQ(joined(more, {here}), more);
}

TEST(OwnerTest, IsReadAsItWasWritten) {
    Owner const owner{here, {{"login", "7"}, {"sub", "a"}}};

    EXPECT_EQ(owner_from(to_json(owner)), owner);
    for (auto const* text : {"null", "{}", R"({"origin":1,"names":{}})", R"({"origin":"x"})",
                             R"({"origin":"x","names":{"sub":7}})"})
        EXPECT_EQ(owner_from(json(text)), std::nullopt) << text;
}

}  // namespace
}  // namespace settings
