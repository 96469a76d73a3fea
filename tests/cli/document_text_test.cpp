#include "cli/document_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/usage_error.h"

namespace settings::cli {
namespace {

using Json = nlohmann::json;
using testing::ThrowsMessage;

std::string document_refusal(std::string const& text) {
    try {
        (void)document_from(text);
        return "accepted";
    } catch (UsageError const& error) {
        return error.what();
    }
}

TEST(DocumentTextTest, ReadsWhatItWrites) {
    Json const document{{"b", {{"c", {1, 2}}}}, {"a", "ü"}, {"empty", Json::object()}};

    EXPECT_EQ(document_from(text_of(document)), document);
    EXPECT_EQ(text_of({{"b", 1}, {"a", 2}}), "{\n  \"a\": 2,\n  \"b\": 1\n}\n");
}

TEST(DocumentTextTest, TellsThePlaceOfAMistake) {
    EXPECT_EQ(document_refusal("{\n  \"a\": 1,\n}"),
              "not JSON: line 3, column 1: syntax error while parsing object key - unexpected '}'; "
              "expected string literal");
    EXPECT_EQ(document_refusal("").substr(0, 28), "not JSON: line 1, column 1: ");
}

TEST(DocumentTextTest, TakesNothingButAnObject) {
    for (auto const* text : {"[1]", "null", "1", "\"a\""})
        EXPECT_EQ(document_refusal(text),
                  "the settings are one JSON object, like {\"theme\":\"light\"}");
}

TEST(DocumentTextTest, LosesNoneOfTwoValuesUnderOneName) {
    EXPECT_EQ(document_refusal(R"({"a":{"b":1,"c":{"b":1},"b":2}})"),
              "the name \"b\" stands twice in one object; keep one of them");
    EXPECT_EQ(document_refusal(R"({"a":{"b":1},"b":[{"b":1},{"b":2}]})"), "accepted");
}

TEST(DocumentTextTest, RefusesWhatIsNestedAbsurdlyDeep) {
    std::string const deep = "{\"a\":" + std::string(1'000'000, '[');

    EXPECT_EQ(document_refusal(deep),
              "the document is nested deeper than 512 levels; make it flatter");
}

TEST(DocumentTextTest, ReadsNoFileThatDoesNotEnd) {
    EXPECT_THAT(
        [] { (void)read_whole("/dev/zero"); },
        ThrowsMessage<UsageError>("/dev/zero is longer than 64 MiB: these are no settings"));
}

TEST(DocumentTextTest, SaysWhichFileCannotBeRead) {
    for (auto const* file : {"/nonexistent/file", "/"}) {
        try {
            (void)read_whole(file);
            ADD_FAILURE() << "read " << file;
        } catch (UsageError const& error) {
            ADD_FAILURE() << "nobody used it wrongly: " << error.what();
        } catch (std::runtime_error const& error) {
            EXPECT_EQ(std::string{error.what()}.find(std::string{"cannot read "} + file + ": "),
                      0U);
        }
    }
}

}  // namespace
}  // namespace settings::cli
