#include "cli/assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::cli {
namespace {

using testing::HasSubstr;

std::string partial(std::vector<std::string> const& assignments) {
    return partial_from(assignments).dump();
}

std::string assignment_refusal(std::vector<std::string> const& assignments) {
    try {
        return "accepted: " + partial(assignments);
    } catch (UsageError const& error) {
        return error.what();
    }
}

TEST(AssignmentTest, TakesJsonAsJson) {
    EXPECT_EQ(partial({"notifications=false"}), R"({"notifications":false})");
    EXPECT_EQ(partial({"volume=0.5"}), R"({"volume":0.5})");
    EXPECT_EQ(partial({R"(tags=["a"])"}), R"({"tags":["a"]})");
    EXPECT_EQ(partial({R"(a={"b":null})"}), R"({"a":{"b":null}})");
    EXPECT_EQ(partial({R"(number="1")"}), R"({"number":"1"})");
}

TEST(AssignmentTest, TakesAnythingElseAsAString) {
    EXPECT_EQ(partial({"theme=light"}), R"({"theme":"light"})");
    EXPECT_EQ(partial({"name="}), R"({"name":""})");
    EXPECT_EQ(partial({"tags=[a"}), R"({"tags":"[a"})");
    EXPECT_EQ(partial({"when=1 2"}), R"({"when":"1 2"})");
}

TEST(AssignmentTest, SplitsAtTheFirstEqualsSign) {
    EXPECT_EQ(partial({"formula=a=b"}), R"({"formula":"a=b"})");
}

TEST(AssignmentTest, DotsLeadIntoObjectsThatAreShared) {
    EXPECT_EQ(partial({"a.b.c=1", "d=2", "a.b.e=3", "a.f=4"}),
              R"({"a":{"b":{"c":1,"e":3},"f":4},"d":2})");
}

TEST(AssignmentTest, RefusesWhatIsNoAssignment) {
    EXPECT_THAT(assignment_refusal({"theme"}), HasSubstr("\"theme\" is not an assignment"));
    EXPECT_THAT(assignment_refusal({""}), HasSubstr("is not an assignment"));
}

TEST(AssignmentTest, RefusesEmptyNames) {
    for (auto const* text : {"=1", ".a=1", "a.=1", "a..b=1", ".=1"})
        EXPECT_THAT(assignment_refusal({text}), HasSubstr("has an empty name")) << text;
}

TEST(AssignmentTest, RefusesPathsThatClashInAnyOrder) {
    EXPECT_EQ(assignment_refusal({"a=1", "a.b=2"}), "\"a.b\" lies inside \"a\"; set one of them");
    EXPECT_EQ(assignment_refusal({"a.b.c=2", "x=1", "a={}"}),
              "\"a.b.c\" lies inside \"a\"; set one of them");
    EXPECT_EQ(assignment_refusal({"a.b=1", "c=2", "a.b=1"}),
              "\"a.b\" is set twice; keep one of them");
}

TEST(AssignmentTest, PathsThatOnlyStartAlikeDoNotClash) {
    EXPECT_EQ(partial({"a=1", "ab.c=2", "a-b=3"}), R"({"a":1,"a-b":3,"ab":{"c":2}})");
}

}  // namespace
}  // namespace settings::cli
