#include "cli/assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::cli {
namespace {

using client::Json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// "path: value", one after the other.
std::string assignments(std::vector<std::string> const& words,
                        Reading reading = Reading::json_or_text) {
    std::string text;
    for (auto const& one : assignments_from(words, reading))
        text += (text.empty() ? "" : ", ") + one.path() + ": " + one.value()->dump();
    return text;
}

std::string assignment_refusal(std::vector<std::string> const& words) {
    try {
        return "accepted: " + assignments(words);
    } catch (UsageError const& error) {
        return error.what();
    }
}

TEST(AssignmentTest, TakesJsonAsJson) {
    EXPECT_EQ(assignments({"notifications=false"}), "notifications: false");
    EXPECT_EQ(assignments({"volume=0.5"}), "volume: 0.5");
    EXPECT_EQ(assignments({R"(tags=["a"])"}), R"(tags: ["a"])");
    EXPECT_EQ(assignments({R"(a={"b":null})"}), R"(a: {"b":null})");
    EXPECT_EQ(assignments({R"(number="1")"}), R"(number: "1")");
}

TEST(AssignmentTest, ABlankBeforeTheSignIsASlipOfTheHand) {
    EXPECT_THAT(assignment_refusal({"theme = dark"}), HasSubstr("has a blank before the '='"));
    EXPECT_EQ(assignments({"/theme =dark"}), R"(/theme : "dark")");
}

TEST(AssignmentTest, TakesAnythingElseAsAString) {
    EXPECT_EQ(assignments({"theme=light"}), R"(theme: "light")");
    EXPECT_EQ(assignments({"name="}), R"(name: "")");
    EXPECT_EQ(assignments({"tags=[a"}), R"(tags: "[a")");
    EXPECT_EQ(assignments({"when=1 2"}), R"(when: "1 2")");
}

TEST(AssignmentTest, TakesEverythingAsAStringWhenToldTo) {
    EXPECT_EQ(assignments({"version=1.10", "rev=1234567e8", R"(a={"b":1,"b":2})"}, Reading::text),
              R"(version: "1.10", rev: "1234567e8", a: "{\"b\":1,\"b\":2}")");
}

TEST(AssignmentTest, SplitsAtTheFirstEqualsSign) {
    EXPECT_EQ(assignments({"formula=a=b"}), R"(formula: "a=b")");
}

TEST(AssignmentTest, LeavesPathsAndTheirOrderAlone) {
    EXPECT_EQ(assignments({"b.c=1", "/a.b=2", "a=3", ".x=4"}), "b.c: 1, /a.b: 2, a: 3, .x: 4");
}

TEST(AssignmentTest, RefusesWhatIsNoAssignment) {
    EXPECT_THAT(assignment_refusal({"theme"}), HasSubstr("\"theme\" is not an assignment"));
    EXPECT_THAT(assignment_refusal({""}), HasSubstr("is not an assignment"));
    EXPECT_THAT(assignment_refusal({"=1"}), HasSubstr("is written /"));
    EXPECT_THAT(assignment_refusal({std::string(2'000, '.') + "=1"}), HasSubstr("levels"));
}

TEST(AssignmentTest, RefusesWhatTheDaemonWouldNotTakeAsJson) {
    EXPECT_THAT(assignment_refusal({R"(v={"a":1,"a":2})"}), HasSubstr("\"a\" stands twice"));
    EXPECT_THAT(assignment_refusal({R"(v=[{"x":{"a":1,"a":1}}])"}), HasSubstr("stands twice"));
    for (std::string const text : {"v=1e999", "v=-1e400", R"(v="\ud800")", R"(v="\x")"})
        EXPECT_THAT(assignment_refusal({text}), Not(StartsWith("accepted"))) << text;
    EXPECT_EQ(assignments({"v=1e999"}, Reading::text), R"(v: "1e999")");
    EXPECT_EQ(assignments({"v=007"}), R"(v: "007")");
}

TEST(AssignmentTest, RefusesAPathTwice) {
    EXPECT_EQ(assignment_refusal({"a=1", "b=2", "a=3"}), "\"a\" is set twice; keep one of them");
    EXPECT_EQ(assignment_refusal({"z=1", "/z=2"}), "\"/z\" is set twice; keep one of them");
    EXPECT_EQ(assignment_refusal({"/a/b=1", "a.b=2"}), "\"a.b\" is set twice; keep one of them");
}

}  // namespace
}  // namespace settings::cli
