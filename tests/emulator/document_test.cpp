// The documents and calls here are those of the service's documentation, or variations of them.

#include "emulator/document.h"

#include <gtest/gtest.h>

namespace settings::emulator {
namespace {

constexpr auto documented = R"({"notifications":{"email":true,"push":true},"theme":"dark"})";

std::string after_put(std::string_view document, std::string_view partial, Merge how) {
    Json merged = json_in(document).value();
    merge(merged, json_in(partial).value(), how);
    return merged.dump();
}

std::string after_delete(std::string_view document, std::string_view key) {
    Json rest = json_in(document).value();
    bool const was_there = delete_key(rest, key);
    return (was_there ? "" : "not there: ") + rest.dump();
}

TEST(DocumentTest, ADeepPutKeepsWhatItDoesNotName) {
    EXPECT_EQ(
        after_put(documented, R"({"theme":"light","notifications":{"email":false}})", Merge::deep),
        R"({"notifications":{"email":false,"push":true},"theme":"light"})");
}

TEST(DocumentTest, AShallowPutReplacesEachTopLevelKeyItNames) {
    EXPECT_EQ(after_put(documented, R"({"notifications":{"email":false}})", Merge::shallow),
              R"({"notifications":{"email":false},"theme":"dark"})");
}

TEST(DocumentTest, ADeepPutGoesAllTheWayDown) {
    EXPECT_EQ(after_put(R"({"a":{"b":{"c":1,"d":2}}})", R"({"a":{"b":{"c":3}}})", Merge::deep),
              R"({"a":{"b":{"c":3,"d":2}}})");
}

TEST(DocumentTest, OnlyTwoObjectsAreMerged) {
    for (auto const how : {Merge::deep, Merge::shallow}) {
        EXPECT_EQ(after_put(R"({"a":{"x":1}})", R"({"a":[2]})", how), R"({"a":[2]})");
        EXPECT_EQ(after_put(R"({"a":[1,2,3]})", R"({"a":[9]})", how), R"({"a":[9]})");
        EXPECT_EQ(after_put(R"({"a":1})", R"({"a":{"x":{"y":2}}})", how), R"({"a":{"x":{"y":2}}})");
        EXPECT_EQ(after_put(R"({"a":{"x":1}})", R"({"a":null})", how), R"({"a":null})");
        EXPECT_EQ(after_put(R"({"a":null})", R"({"a":{"x":1}})", how), R"({"a":{"x":1}})");
    }
}

TEST(DocumentTest, AnEmptyObjectInADeepPutTakesNothingAway) {
    EXPECT_EQ(after_put(R"({"a":{"x":1}})", R"({"a":{}})", Merge::deep), R"({"a":{"x":1}})");
    EXPECT_EQ(after_put(R"({"a":{"x":1}})", R"({"a":{}})", Merge::shallow), R"({"a":{}})");
    EXPECT_EQ(after_put(R"({"a":1})", R"({"a":{}})", Merge::deep), R"({"a":{}})");
}

TEST(DocumentTest, DeletesAKeyAndADottedPath) {
    EXPECT_EQ(after_delete(documented, "theme"), R"({"notifications":{"email":true,"push":true}})");
    EXPECT_EQ(after_delete(documented, "notifications.push"),
              R"({"notifications":{"email":true},"theme":"dark"})");
}

TEST(DocumentTest, ADeleteLeavesTheObjectsAroundEvenEmpty) {
    EXPECT_EQ(after_delete(R"({"a":{"b":{"c":1}}})", "a.b.c"), R"({"a":{"b":{}}})");
}

TEST(DocumentTest, ADeleteOfWhatIsNotThereChangesNothing) {
    for (auto const* key : {"nope", "theme.nope", "notifications.nope", "notifications.push.nope",
                            "notifications.", ".theme", "", "."})
        EXPECT_EQ(after_delete(documented, key), std::string{"not there: "} + documented) << key;
    EXPECT_EQ(after_delete(R"({"a":[{"b":1}]})", "a.0"), R"(not there: {"a":[{"b":1}]})");
}

TEST(DocumentTest, ANameWithDotsComesBeforeAWayThroughObjects) {
    EXPECT_EQ(after_delete(R"({"d":{"ot":2},"d.ot":1})", "d.ot"), R"({"d":{"ot":2}})");
    EXPECT_EQ(after_delete(R"({"a":{"b.c":1},"a.b":{"c":2}})", "a.b.c"),
              R"({"a":{"b.c":1},"a.b":{}})");
    EXPECT_EQ(after_delete(R"({"a":{"b.c":1},"a.b":{"d":2}})", "a.b.c"),
              R"({"a":{},"a.b":{"d":2}})");
    EXPECT_EQ(after_delete(R"({"":{"a":1}})", ".a"), R"({"":{}})");
}

}  // namespace
}  // namespace settings::emulator
