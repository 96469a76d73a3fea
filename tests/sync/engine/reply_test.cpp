#include "sync/engine/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sync/answer.h"

namespace settings::sync {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Failure refused(Answer const& of) {
    auto failure = read_acceptance(of);
    EXPECT_TRUE(failure);
    return failure.value_or(Failure{});
}

TEST(ReplyTest, AcceptsOnlySuccessInJson) {
    EXPECT_FALSE(read_acceptance(answer(200, R"({"success":true,"message":"done"})")));
    EXPECT_FALSE(
        read_acceptance(answer(200, R"({"success":true})", "Application/JSON; charset=utf-8")));

    for (auto const& portal :
         {answer(200, "<html>log in</html>", "text/html"), answer(200, ""), answer(200, "true"),
          answer(200, R"({"success":false})"), answer(200, R"({"success":"true"})"),
          answer(200, R"({"success":tr)"), answer(200, "[]"),
          answer(200, R"({"success":true})", ""), answer(302, ""),
          answer(307, R"({"success":true})"), answer(304, "")})
        EXPECT_EQ(refused(portal).fault, Fault::impostor) << portal.body;
}

TEST(ReplyTest, ACodingThatNobodyAskedForIsNamed) {
    auto coded = answer(200, "\x1f\x8b");
    coded.coding = "gzip";
    auto const read = read_document(coded);
    EXPECT_EQ(std::get<Failure>(read).fault, Fault::impostor);
    EXPECT_EQ(std::get<Failure>(read).message,
              "an answer in the coding \"gzip\", which nobody asked for; a proxy?");

    coded.status = 502;
    EXPECT_EQ(refused(coded).message,
              "the server answered 502 in the coding \"gzip\", which nobody asked for");

    auto plain = answer(200, R"({"success":true,"settings":{}})");
    plain.coding = "Identity";
    EXPECT_TRUE(std::holds_alternative<Document>(read_document(plain)));
}

TEST(ReplyTest, ReadsTheDocument) {
    auto const read = read_document(answer(200, R"({"success":true,"settings":{"a":1.0}})"));

    ASSERT_TRUE(std::holds_alternative<Document>(read));
    EXPECT_EQ(std::get<Document>(read).settings.tree(), (Json{{"a", 1}}));
    EXPECT_TRUE(std::get<Document>(read).unreadable.empty());
}

TEST(ReplyTest, ADocumentThatIsNoObjectIsNotTheServices) {
    for (std::string const body : {R"({"success":true})", R"({"success":true,"settings":[]})",
                                   R"({"success":true,"settings":"null"})"}) {
        auto const read = read_document(answer(200, body));
        ASSERT_TRUE(std::holds_alternative<Failure>(read)) << body;
        EXPECT_EQ(std::get<Failure>(read).fault, Fault::impostor);
    }
}

TEST(ReplyTest, AGatewaysWordIsNotTheServices) {
    std::vector<Answer> const words{
        answer(403, "<html>blocked</html>", "text/html"),
        answer(404, "404 page not found", ""),
        answer(404, ""),
        answer(405, R"({"message":"no Route matched with those values"})"),
        answer(410, R"({"success":true})"),
        answer(403, R"([{"success":false}])"),
        answer(404, R"({"success":"false"})")};
    for (auto const& each : words) {
        auto const failure = refused(each);
        EXPECT_EQ(failure.fault, Fault::server_error) << each.body;
        EXPECT_TRUE(failure.by_gateway) << each.body;
        EXPECT_THAT(failure.message, HasSubstr("a gateway on the way?"));
    }
    EXPECT_TRUE(refused(answer(401, "<html>log in</html>", "text/html")).by_gateway);
    EXPECT_FALSE(refused(answer(401, R"({"message":"Unauthorized"})")).by_gateway);
    EXPECT_FALSE(refused(answer(403, R"({"success":false})")).by_gateway);
}

TEST(ReplyTest, APageSaysWhatItsTitleSays) {
    auto const blocked = refused(answer(
        403, "<HTML><head>\n<TITLE>\n Blocked by policy </TITLE></head></HTML>", "text/html"));
    EXPECT_THAT(blocked.message, HasSubstr("the server answered 403: Blocked by policy, and not"));
    for (auto const* page : {"<title>Blocked", "<title></title>", "Blocked</title>", "<h1>No</h1>"})
        EXPECT_EQ(refused(answer(502, page, "text/html")).message, "the server answered 502")
            << page;

    auto quoting = answer(502, "<title>no: 0123456789</title>", "text/html");
    quoting.secrets = {"0123456789"};
    EXPECT_EQ(refused(quoting).message, "the server answered 502: no: [secret]");
}

TEST(ReplyTest, AGatewayThatWantsACertificateIsNamed) {
    for (auto const* page :
         {"<title>400 No required SSL certificate was sent</title>",
          "<title>400 The SSL certificate error</title>",
          "<title>Forbidden</title><p>HTTP Error 403.7 - Client certificate required.</p>"})
        EXPECT_THAT(refused(answer(403, page, "text/html")).message,
                    HasSubstr("See server.client_certificate"));
    auto const services = R"({"success":false,"message":"no SSL certificate for this bucket"})";
    EXPECT_THAT(refused(answer(400, services)).message,
                Not(HasSubstr("server.client_certificate")));
}

TEST(ReplyTest, AUserWithoutADocumentIsKnownByTheServicesWordsAlone) {
    EXPECT_TRUE(knows_no_user(answer(404, R"({"success":false,"message":"User not found"})")));
    EXPECT_TRUE(knows_no_user(answer(404, R"({"success":false,"error":"user not found"})")));

    for (auto const* body :
         {R"({"success":false,"error_code":"USER_NOT_FOUND","error":"User not found."})",
          R"({"success":false,"errorCode":"user_not_found","message":"No such person"})",
          R"({"success":false,"message":"Error","error":"User Not Found. "})"})
        EXPECT_TRUE(knows_no_user(answer(404, body))) << body;

    EXPECT_FALSE(knows_no_user(answer(404, R"({"success":false,"message":"Not found"})")));
    EXPECT_FALSE(knows_no_user(answer(404, R"({"success":false,"error_code":"NOT_FOUND"})")));
    EXPECT_FALSE(knows_no_user(answer(404, R"({"message":"User not found"})")));
    EXPECT_FALSE(knows_no_user(answer(404, "User not found", "text/plain")));
    EXPECT_FALSE(knows_no_user(answer(403, R"({"success":false,"message":"User not found"})")));
}

TEST(ReplyTest, AnOrganizationThatIsNotThereIsKnownByTheServicesWordsAlone) {
    auto const says = [](char const* message) {
        return answer(404, Json{{"success", false}, {"message", message}}.dump());
    };
    for (auto const* words : {"User not associated with any organization", "Organization not found",
                              "User not found", "user not found"}) {
        EXPECT_TRUE(knows_no_organization(says(words))) << words;
        EXPECT_FALSE(lacks_call(says(words))) << words;
    }
    EXPECT_FALSE(knows_no_organization(says("Not found")));
    EXPECT_TRUE(lacks_call(says("Not found")));
    EXPECT_FALSE(knows_no_organization(answer(404, "Organization not found", "text/plain")));
    EXPECT_FALSE(knows_no_organization(
        answer(403, R"({"success":false,"message":"Organization not found"})")));
    EXPECT_TRUE(lacks_call(answer(405, "")));
    EXPECT_TRUE(lacks_call(answer(501, "")));
    EXPECT_FALSE(lacks_call(answer(403, "")));
    EXPECT_FALSE(lacks_call(answer(200, "")));
}

TEST(ReplyTest, ReadsWhatItCanOfADocument) {
    auto const read = read_document(
        answer(200, R"({"success":true,"settings":{"a":1,"bio":"\ud83d","n":[1e999],"d":{"x":1,)"
                    R"("x":2},"e":1,"e":2,"e":3,"\ude00":5,"z":{"ok":"\ud83d\ude00"}}})"));

    ASSERT_TRUE(std::holds_alternative<Document>(read));
    auto const& document = std::get<Document>(read);
    EXPECT_EQ(document.settings.tree(), (Json{{"a", 1}, {"z", {{"ok", "😀"}}}}));
    std::vector<std::string> keys;
    for (auto const& [key, why] : document.unreadable) keys.push_back(key);
    EXPECT_THAT(keys, testing::UnorderedElementsAre("bio", "n", "d", "e", HasSubstr("ude00")));
    EXPECT_THAT(document.unreadable.at("bio"), HasSubstr("surrogate"));
}

TEST(ReplyTest, NumbersThatNoDoubleHoldsAreLeftAlone) {
    auto const read = read_document(
        answer(200, R"({"success":true,"settings":{"ids":{"big":123456789012345678901234567890},)"
                    R"("pi":3.14159265358979323846264338327950288,"tiny":1e-400,)"
                    R"("javascript":18446744073709552000,"c":0.10000000000000001,"zero":-0.0}})"));

    auto const& document = std::get<Document>(read);
    std::vector<std::string> keys;
    for (auto const& [key, why] : document.unreadable) keys.push_back(key);
    EXPECT_THAT(keys, testing::ElementsAre("ids", "pi", "tiny"));
    EXPECT_EQ(document.settings.size(), 3U);
}

TEST(ReplyTest, AKeyOfMoreValuesThanThereIsMemoryForIsLeftAlone) {
    std::string many = "{}";
    for (int n = 0; n < 400'000; ++n) many += ",{}";
    auto const read = read_document(
        answer(200, R"({"success":true,"settings":{"a":1,"many":[)" + many + R"(],"z":[2]}})"));

    auto const& document = std::get<Document>(read);
    EXPECT_TRUE(document.unreadable.contains("many"));
    EXPECT_EQ(document.settings.tree(), (Json{{"a", 1}, {"z", {2}}}));
}

TEST(ReplyTest, ALargeValueTakesNoOthersRoom) {
    std::string many = "1";
    for (int n = 0; n < 399'990; ++n) many += ",1";
    std::string small;
    for (int n = 0; n < 30; ++n) small += ",\"k" + std::to_string(n) + "\":1";
    auto const read = read_document(
        answer(200, R"({"success":true,"settings":{"big":[)" + many + ']' + small + "}}"));

    auto const& document = std::get<Document>(read);
    EXPECT_EQ(document.settings.size(), 30U);
    EXPECT_THAT(document.unreadable.at("big"), HasSubstr("more than 400000 values"));
}

TEST(ReplyTest, AKeyOfTooManyValuesThatStandsTwiceIsNotReadEither) {
    std::string many = "1";
    for (int n = 0; n < 400'000; ++n) many += ",1";
    auto const read =
        read_document(answer(200, R"({"success":true,"settings":{"k":1,"k":[)" + many + "]}}"));

    EXPECT_TRUE(std::get<Document>(read).settings.empty());
    EXPECT_TRUE(std::get<Document>(read).unreadable.contains("k"));
}

TEST(ReplyTest, CommasInATextAreNoValues) {
    auto const read = read_document(
        answer(200, R"({"success":true,"settings":{"csv":")" + std::string(500'000, ',') + "\"}}"));

    EXPECT_TRUE(std::get<Document>(read).unreadable.empty());
}

TEST(ReplyTest, ADocumentWithMoreWrongKeysThanCanBeRememberedIsNotRead) {
    std::string wrong = R"("k":1)";
    for (int n = 0; n < 30'000; ++n) wrong += ",\"k" + std::to_string(n) + "\":nonsense";
    auto const read = read_document(answer(200, R"({"success":true,"settings":{)" + wrong + "}}"));

    ASSERT_TRUE(std::holds_alternative<Failure>(read));
    EXPECT_EQ(std::get<Failure>(read).message,
              "a document in which more than 20000 settings cannot be read");
}

TEST(ReplyTest, ANoWithTheStatusOfAYesIsToldInItsWords) {
    auto const said = answer(200, R"({"success":false,"message":"maintenance until nine"})");

    EXPECT_EQ(refused(said).message, "an answer without \"success\": true: maintenance until nine");
    EXPECT_EQ(std::get<Failure>(read_document(said)).message, refused(said).message);
}

TEST(ReplyTest, ACauseBesideTheMessageIsToldToo) {
    EXPECT_EQ(words_of(answer(500, R"({"message":"Internal server error","error":"disk full"})")),
              "Internal server error: disk full");
    EXPECT_EQ(words_of(answer(500, R"({"message":"no","error":"no"})")), "no");
    EXPECT_EQ(words_of(answer(500, R"({"error":"no"})")), "no");
    EXPECT_EQ(words_of(answer(500, R"({"message":"no","error":7})")), "no");
}

TEST(ReplyTest, AByteOrderMarkIsPassedOver) {
    auto const read =
        read_document(answer(200, "\xef\xbb\xbf{\"success\":true,\"settings\":{\"a\":1}}"));

    EXPECT_EQ(std::get<Document>(read).settings.tree(), (Json{{"a", 1}}));
}

TEST(ReplyTest, ADocumentWithoutEndsIsNotTheServices) {
    for (std::string const body :
         {R"({"success":true,"settings":{"a":"x}})", R"({"success":true,"settings":{"a":[1}}})",
          R"({"success":true,"settings":{"a":1})", R"({"success":true,"settings":{"a" 1}})",
          R"({"success":true,"settings":{},"settings":{"a":1}})", R"({"settings":{"a":1}})",
          R"({"success":"\ud83d","settings":{"a":1}})"}) {
        auto const read = read_document(answer(200, body));
        ASSERT_TRUE(std::holds_alternative<Failure>(read)) << body;
        EXPECT_EQ(std::get<Failure>(read).fault, Fault::impostor);
    }
}

TEST(ReplyTest, DecidesByStatusWhateverTheBodySays) {
    std::vector<std::pair<unsigned, Fault>> const table{
        {400, Fault::refused},      {401, Fault::unauthorized}, {408, Fault::server_error},
        {413, Fault::too_large},    {418, Fault::server_error}, {422, Fault::refused},
        {429, Fault::server_error}, {451, Fault::server_error}, {500, Fault::server_error},
        {502, Fault::server_error}, {503, Fault::server_error}, {504, Fault::server_error},
        {599, Fault::server_error}};
    for (auto const& [status, fault] : table) {
        EXPECT_EQ(refused(answer(status, R"({"success":true})")).fault, fault) << status;
        EXPECT_EQ(refused(answer(status, "<html>", "text/html")).fault, fault) << status;
    }
}

TEST(ReplyTest, GivesTheServersOwnWords) {
    auto const failure = refused(answer(400, R"({"success":false,"message":"bad theme"})"));
    EXPECT_EQ(failure.message, "bad theme");
    EXPECT_EQ(failure.status, 400U);

    EXPECT_EQ(refused(answer(500, R"({"error":"no database"})")).message,
              "the server answered 500: no database");
    EXPECT_EQ(refused(answer(400, "")).message, "the server answered 400");
}

TEST(ReplyTest, LetsNoControlCharactersOfTheServerIntoTheLog) {
    auto const message = refused(answer(400, R"({"message":"a\r\nb\u0007"})")).message;

    EXPECT_EQ(message, R"(a\r\nb\u0007)");
}

std::string const token = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0.c2lnbmF0dXJl";

/// Of an answer that must not tell the token.
std::string message_of(Answer of) {
    of.secrets = {token};
    return refused(of).message;
}

TEST(ReplyTest, QuotesNoSecretNotEvenAPart) {
    for (std::size_t before = 100; before < 210; ++before) {
        auto const said = std::string(before, '.') + token;
        for (auto const& body : {Json{{"message", said}}.dump(), R"({"message":")" + said,
                                 "{\"" + said + "\":1,\"" + said + "\":2}"})
            for (unsigned const status : {200U, 400U, 500U})
                EXPECT_THAT(message_of(answer(status, body)), Not(HasSubstr("c2Vj"))) << body;
    }
    EXPECT_EQ(message_of(answer(400, Json{{"message", "bad: Bearer " + token}}.dump())),
              "bad: Bearer [secret]");
}

TEST(ReplyTest, QuotesLittleOfAnAnswerThatCannotBeRead) {
    auto const message =
        refused(answer(200, R"({"message":")" + std::string(8 << 20, 'x'))).message;

    EXPECT_THAT(message, StartsWith("an answer that cannot be read: not JSON: line 1, column"));
    EXPECT_LT(message.size(), 300U);
}

TEST(ReplyTest, NamesThePlaceOfARedirect) {
    auto redirect = answer(308, "");
    EXPECT_EQ(refused(redirect).message,
              "an answer with status 308, which nobody asked for; a captive portal or a proxy?");
    redirect.location = "https://portal.example/login";
    EXPECT_EQ(refused(redirect).message,
              "redirected to https://portal.example/login (status 308); a captive portal or a "
              "proxy?");
}

TEST(ReplyTest, NamesNothingOfARedirectThatIsForThatPlaceAlone) {
    auto redirect = answer(302, "");
    for (std::string const tail : {"?session=1", "#session=1", "?a=b#c", "?u=https://x@y/"}) {
        redirect.location = "https://ada:pw@portal.example:8443/login" + tail;
        EXPECT_THAT(refused(redirect).message,
                    StartsWith("redirected to https://portal.example:8443/login (status 302)"));
    }
    redirect.location = "https://portal.example/@ada/x@y";
    EXPECT_THAT(refused(redirect).message,
                StartsWith("redirected to https://portal.example/@ada/x@y (status 302)"));
    redirect.location = "//ada@portal.example/a\r\nb" + token + std::string(1 << 20, '/');
    redirect.secrets = {token};
    EXPECT_THAT(refused(redirect).message,
                StartsWith(R"(redirected to //portal.example/a\r\nb[secret]//)"));
    EXPECT_LT(refused(redirect).message.size(), 300U);
}

TEST(ReplyTest, ReadsRetryAfterInSeconds) {
    EXPECT_EQ(retry_after("120", ""), Time{2min});
    EXPECT_EQ(retry_after("0", ""), Time{0s});
    EXPECT_EQ(retry_after("99999999", ""), Time{24h});
    EXPECT_EQ(retry_after("-5", ""), std::nullopt);
    EXPECT_EQ(retry_after("12x", ""), std::nullopt);
    EXPECT_EQ(retry_after("", ""), std::nullopt);
    EXPECT_EQ(retry_after("99999999999999999999", ""), Time{24h});
    EXPECT_EQ(retry_after("-99999999999999999999", ""), std::nullopt);
    EXPECT_EQ(retry_after("99999999999999999999x", ""), std::nullopt);
}

TEST(ReplyTest, ADocumentThatWasNeverWrittenMayBeNull) {
    auto const read = read_document(answer(200, R"({"success":true,"settings":null})"));

    ASSERT_TRUE(std::holds_alternative<Document>(read));
    EXPECT_EQ(std::get<Document>(read).settings.tree(), Json::object());
}

TEST(ReplyTest, ReadsEachFormThatADateMayHave) {
    for (auto const* text : {"Tue, 14 Nov 2023 22:13:20 GMT", "Tuesday, 14-Nov-23 22:13:20 GMT",
                             "Tue Nov 14 22:13:20 2023"})
        EXPECT_EQ(http_date(text), 1'700'000'000s) << text;
    EXPECT_EQ(http_date("Thu Nov  2 22:13:20 2023"), 1'698'963'200s);
    for (auto const* text : {"", "Tue, 14 Nov 2023", "14 Nov 2023 22:13:20 GMT", "soon"})
        EXPECT_FALSE(http_date(text)) << text;
}

TEST(ReplyTest, ReadsRetryAfterAsADateAgainstTheAnswersOwn) {
    EXPECT_EQ(retry_after("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:26:30 GMT"),
              Time{90s});
    EXPECT_EQ(retry_after("Wed, 21 Oct 2015 07:28:00 GMT", ""), std::nullopt);
    EXPECT_EQ(retry_after("Wed, 21 Oct 2015 07:28:00 GMT", "Thu, 22 Oct 2015 07:26:30 GMT"),
              std::nullopt);
    EXPECT_EQ(retry_after("soon", "Wed, 21 Oct 2015 07:26:30 GMT"), std::nullopt);
}

TEST(ReplyTest, TheServicesOwnWordEndsService) {
    for (auto const& [status, fault] : {std::pair{403U, Fault::forbidden},
                                        {404U, Fault::missing},
                                        {405U, Fault::missing},
                                        {410U, Fault::missing}})
        EXPECT_EQ(refused(answer(status, R"({"success":false})")).fault, fault) << status;
}

TEST(ReplyTest, AGatewayIsWaitedForForAnHourAtMost) {
    auto page = answer(503, "<h1>Maintenance</h1>", "text/html");
    page.retry_after = "86400";
    EXPECT_EQ(refused(page).retry_after, Time{1h});
    page.retry_after = "60";
    EXPECT_EQ(refused(page).retry_after, Time{60s});

    auto own = answer(503, R"({"success":false,"message":"Maintenance"})");
    own.retry_after = "86400";
    EXPECT_EQ(refused(own).retry_after, Time{24h});
}

TEST(ReplyTest, CarriesRetryAfterOfAnyFailure) {
    auto busy = answer(503, "");
    busy.retry_after = "30";

    EXPECT_EQ(refused(busy).retry_after, Time{30s});
}

}  // namespace
}  // namespace settings::sync
