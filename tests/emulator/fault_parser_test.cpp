#include <gtest/gtest.h>

#include "emulator/faults.h"

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;

/// The only statement of a script.
Step step(std::string_view script) {
    auto steps = parse_faults(script);
    if (!steps) {
        ADD_FAILURE() << steps.error().message();
        return {};
    }
    EXPECT_EQ(steps->size(), 1U);
    return steps->front();
}

Act act(std::string_view script) { return std::get<Act>(step(script).what); }

Action action(std::string_view script) { return act(script).action; }

std::string mistake(std::string_view script) {
    auto const steps = parse_faults(script);
    return steps ? "no mistake" : steps.error().message();
}

std::string header(Response const& response, std::string_view name) {
    for (auto const& [each, value] : response.headers)
        if (each == name) return value;
    return "absent";
}

TEST(FaultParserTest, AnEmptyScriptHasNoSteps) {
    EXPECT_TRUE(parse_faults("").value().empty());
    EXPECT_TRUE(parse_faults(" \n , ,\n").value().empty());
}

TEST(FaultParserTest, CutsStatementsAtCommasAndLines) {
    EXPECT_EQ(parse_faults("answer 500, then hang\nanswer html").value().size(), 3U);
}

TEST(FaultParserTest, AnswersWithAStatusInPlaceOfTheService) {
    Action const found = action("answer 500");

    EXPECT_EQ(found.effect, Effect::never);
    EXPECT_EQ(found.ending, Ending::whole);
    EXPECT_EQ(found.answer.value().response.status, 500U);
    EXPECT_EQ(found.answer.value().response.body,
              R"({"error":"Database connection failed","message":"Internal server error",)"
              R"("success":false})");
}

TEST(FaultParserTest, AnswersWithTheDocumentedBodyOfA400) {
    EXPECT_EQ(action("answer 400").answer.value().response.body,
              R"({"message":"Failed to partially update user settings","success":false})");
}

TEST(FaultParserTest, AnswersAfterTheServiceHasApplied) {
    EXPECT_EQ(action("answer 504 after applying").effect, Effect::now);
}

TEST(FaultParserTest, PushesAnAnswerThatNobodyAskedFor) {
    auto const before = action("push 'HTTP/1.1 103 Early Hints\nLink: </a>'");
    EXPECT_EQ(before.push.value().head, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    EXPECT_FALSE(before.push.value().is_last);
    EXPECT_EQ(before.effect, Effect::now);

    EXPECT_TRUE(action("push 'HTTP/1.1 408 X' after answering twice").push.value().is_last);
    EXPECT_EQ(mistake("push"),
              "fault script, line 1, column 5: expected the head of an answer, "
              "found the end");
}

TEST(FaultParserTest, ReadsDetailsOfAnAnswer) {
    auto const seconds = action("answer 429 with retry-after 30").answer.value();
    EXPECT_EQ(header(seconds.response, "Retry-After"), "30");

    auto const date = action("answer 503 with retry-after date in 60 seconds").answer.value();
    EXPECT_EQ(date.retry_at, 60s);
    EXPECT_EQ(header(date.response, "Retry-After"), "absent");

    auto const junk = action("answer 503 with retry-after 'soon, maybe'").answer.value();
    EXPECT_EQ(header(junk.response, "Retry-After"), "soon, maybe");

    auto const said = action(R"(answer 403 with message "not \"you\"")").answer.value();
    EXPECT_EQ(said.response.body, R"({"message":"not \"you\"","success":false})");

    auto const both = action("answer 200 with body '{}' with retry-after 1").answer.value();
    EXPECT_EQ(both.response.body, "{}");
    EXPECT_EQ(header(both.response, "Retry-After"), "1");
}

TEST(FaultParserTest, KnowsTheOtherAnswers) {
    EXPECT_EQ(action("answer html").answer.value().response.content_type,
              "text/html; charset=utf-8");
    EXPECT_EQ(action("answer html").effect, Effect::never);
    EXPECT_EQ(action("answer truncated").ending, Ending::cut_in_body);
    EXPECT_EQ(action("answer truncated").effect, Effect::now);
    EXPECT_EQ(action("answer stalled").ending, Ending::stalled_in_body);
    EXPECT_EQ(action("answer stalled").effect, Effect::now);
    EXPECT_EQ(action("answer garbage").ending, Ending::garbage);
    EXPECT_EQ(action("answer garbage").effect, Effect::never);
}

TEST(FaultParserTest, Redirects) {
    auto const found = action("redirect to https://elsewhere.example/x?a=b").answer.value();
    EXPECT_EQ(found.response.status, 302U);
    EXPECT_EQ(header(found.response, "Location"), "https://elsewhere.example/x?a=b");
    EXPECT_EQ(action("redirect 307 to /x").answer.value().response.status, 307U);
}

TEST(FaultParserTest, DropsAtFourMoments) {
    EXPECT_EQ(action("drop before answering").effect, Effect::never);
    EXPECT_EQ(action("drop before answering").ending, Ending::dropped);
    EXPECT_EQ(action("drop after applying").effect, Effect::now);
    EXPECT_EQ(action("drop after applying").ending, Ending::dropped);
    EXPECT_EQ(action("drop after headers").effect, Effect::now);
    EXPECT_EQ(action("drop after headers").ending, Ending::cut_after_headers);
    EXPECT_EQ(action("drop and apply after 90 seconds").effect, Effect::late);
    EXPECT_EQ(action("drop and apply after 90 seconds").late_by, 90s);
    EXPECT_EQ(action("drop and apply after 90 seconds").ending, Ending::dropped);
}

TEST(FaultParserTest, Hangs) {
    EXPECT_EQ(action("hang").ending, Ending::hung);
    EXPECT_EQ(action("hang").effect, Effect::never);
    EXPECT_EQ(action("hang after applying").effect, Effect::now);
}

TEST(FaultParserTest, CountsTimes) {
    EXPECT_EQ(act("hang").times, 1U);
    EXPECT_EQ(act("hang once").times, 1U);
    EXPECT_EQ(act("hang twice").times, 2U);
    EXPECT_EQ(act("hang 7 times").times, 7U);
    EXPECT_EQ(act("hang forever").times, std::nullopt);
}

TEST(FaultParserTest, TakesTheFilterBeforeOrAfterTheAction) {
    std::vector<Call> const put{Call::put};

    EXPECT_EQ(step("on PUT after 3 requests hang twice").on, put);
    EXPECT_EQ(step("on PUT after 3 requests hang twice").after, 3U);
    EXPECT_EQ(step("hang on put twice").on, put);
    EXPECT_EQ(step("hang twice on put").on, put);
    EXPECT_EQ(step("hang on tokens").on,
              (std::vector<Call>{Call::login, Call::refresh, Call::github_refresh,
                                 Call::microsoft_refresh, Call::logout}));
    EXPECT_EQ(step("hang on settings").on,
              (std::vector<Call>{Call::get, Call::put, Call::post, Call::erase}));
    EXPECT_TRUE(step("hang").on.empty());
}

TEST(FaultParserTest, RefusesKeysAndClears) {
    EXPECT_EQ(std::get<RefuseKey>(step("refuse key theme").what).name, "theme");
    EXPECT_EQ(std::get<RefuseKey>(step("refuse key 'two words'").what).name, "two words");
    EXPECT_TRUE(std::holds_alternative<Clear>(step("after 1 request clear").what));
}

TEST(FaultParserTest, ReadsTheQuirksOfAService) {
    EXPECT_TRUE(std::get<RefuseKey>(step("refuse key a storing the rest").what).storing_the_rest);
    EXPECT_EQ(std::get<Poison>(step("poison a 403").what).status, 403U);
    EXPECT_EQ(std::get<Poison>(step("poison a drop").what).status, 0U);
    EXPECT_EQ(std::get<KeepOnly>(step("keep only a 'b c'").what).names,
              (std::set<std::string>{"a", "b c"}));
    EXPECT_EQ(std::get<Lag>(step("lag 5 seconds").what).by, std::chrono::seconds{5});
    EXPECT_NE(mistake("poison a 200"), "no mistake");
    EXPECT_NE(mistake("poison a"), "no mistake");
    EXPECT_NE(mistake("keep only"), "no mistake");
}

TEST(FaultParserTest, AGatewayHasAPageOfItsOwn) {
    auto const action = std::get<Act>(step("gateway 404 with retry-after 60").what).action;

    EXPECT_EQ(action.effect, Effect::never);
    ASSERT_TRUE(action.answer);
    EXPECT_EQ(action.answer->response.status, 404U);
    EXPECT_EQ(action.answer->response.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(action.answer->response.headers.size(), 1U);
}

TEST(FaultParserTest, SaysThePlaceAndWhatItExpected) {
    EXPECT_EQ(mistake("answer 500,\n  drop sometimes"),
              "fault script, line 2, column 8: expected `before answering`, `after applying`, "
              "`after headers` or `and apply after`, found `sometimes`");
    EXPECT_EQ(mistake("answer 500 thrice"),
              "fault script, line 1, column 12: expected `on`, `once`, `twice`, `N times`, "
              "`forever`, `,` or a new line, found `thrice`");
    EXPECT_EQ(mistake("after 3 requests"),
              "fault script, line 1, column 17: expected `answer`, `gateway`, "
              "`redirect`, `drop`, `hang`, `push`, `refuse key`, `poison`, `keep only`, "
              "`lag` or `clear`, found the end");
    EXPECT_EQ(mistake("refuse key\nclear"),
              "fault script, line 1, column 11: expected a key's name, found the end of the line");
    EXPECT_EQ(mistake("answer 500 with message \"oh"),
              "fault script, line 1, column 25: this quote is not closed");
}

TEST(FaultParserTest, RefusesNumbersThatMeanNothing) {
    EXPECT_NE(mistake("answer 99"), "no mistake");
    EXPECT_NE(mistake("answer 600"), "no mistake");
    EXPECT_NE(mistake("answer 5000000000"), "no mistake");
    EXPECT_NE(mistake("answer 500x"), "no mistake");
    EXPECT_NE(mistake("redirect 200 to /x"), "no mistake");
    EXPECT_NE(mistake("hang 0 times"), "no mistake");
    EXPECT_NE(mistake("hang -1 times"), "no mistake");
    EXPECT_NE(mistake("after -1 requests hang"), "no mistake");
}

TEST(FaultParserTest, RefusesWhatHasNoMeaning) {
    EXPECT_NE(mistake("hang on FETCH"), "no mistake");
    EXPECT_NE(mistake("on PUT hang on GET"), "no mistake");
    EXPECT_NE(mistake("clear twice"), "no mistake");
    EXPECT_NE(mistake("answer 500 answer 500"), "no mistake");
    EXPECT_NE(mistake("answer 'html'"), "no mistake");
}

TEST(FaultParserTest, RefusesAStatementThatCanNeverRun) {
    EXPECT_EQ(mistake("hang forever, answer 500"),
              "fault script, line 1, column 15: this never runs: the statement before it is "
              "forever");
}

}  // namespace
}  // namespace settings::emulator
