#include "ipc/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "model/limits.h"

namespace settings::ipc {
namespace {

using testing::HasSubstr;

Request request(std::string_view method, std::string_view target, std::string_view body = {}) {
    Request request;
    request.method = method;
    request.target = target;
    request.host = "localhost";
    request.body = body;
    return request;
}

template <class T>
T command(Request const& request) {
    auto const routed = route(request);
    if (auto const* const refusal = std::get_if<Reply>(&routed)) {
        ADD_FAILURE() << request.target << ": " << *refusal->body;
        return T{};
    }
    auto const* const command = std::get_if<T>(&std::get<Command>(routed));
    EXPECT_TRUE(command) << request.target << ": another command";
    return command ? *command : T{};
}

Reply refusal(Request const& request) {
    auto const routed = route(request);
    auto const* const reply = std::get_if<Reply>(&routed);
    EXPECT_TRUE(reply) << request.method << " " << request.target << " " << request.body;
    return reply ? *reply : Reply{};
}

std::string message(Reply const& reply) {
    if (!reply.body) return "no body";
    Json const body = parse_json(*reply.body).value();
    EXPECT_EQ(body.at("success"), false);
    return body.at("message").get<std::string>();
}

// What is asked for ------------------------------------------------------------------------------

TEST(RoutesTest, ReadsTheDocument) {
    command<ReadDocument>(request("GET", "/settings/user"));
    command<ReadDocument>(request("GET", "//settings/user"));
    command<ReadDocument>(request("GET", "/settings/user?"));
    auto through_proxy = request("GET", "http://localhost:80/settings/user");
    through_proxy.host = "evil.example";
    command<ReadDocument>(through_proxy);
}

TEST(RoutesTest, PassesOnWhatIsForTheOrganization) {
    command<ReadOrganization>(request("GET", "/settings/organization"));
    command<ReadOrganization>(request("HEAD", "/settings/organization"));
    for (auto const* method : {"PUT", "POST", "DELETE"}) {
        auto const write =
            command<WriteOrganization>(request(method, "/settings/organization", "not JSON"));
        EXPECT_EQ(write.method, method);
        EXPECT_EQ(write.body, "not JSON") << "what it means, the service knows";
    }
}

TEST(RoutesTest, AConditionIsRefusedWhereNoneIsKnown) {
    for (auto const* method : {"PUT", "POST", "DELETE"}) {
        auto write = request(method, "/settings/organization", "{}");
        write.if_match = "\"1\"";
        EXPECT_EQ(refusal(write).status, 412U);
        EXPECT_EQ(message(refusal(write)),
                  "the service knows no conditions, and nothing was done; leave out If-Match and "
                  "If-None-Match");
    }
    for (auto const* path : {"/v1/conflicts", "/v1/rejected"}) {
        auto decision = request("POST", path, R"({"action":"discard","id":1,"key":"a"})");
        decision.if_none_match = "*";
        EXPECT_EQ(refusal(decision).status, 412U) << path;
    }
}

TEST(RoutesTest, APlusInAQueryIsABlankAndInAPathItself) {
    EXPECT_EQ(command<ReadJournal>(request("GET", "/v1/journal?path=my+app.%2B")).path, "my app.+");
    EXPECT_EQ(command<Explain>(request("GET", "/v1/explain?path=a+b")).path, "a b");
    EXPECT_EQ(command<ReadPath>(request("GET", "/v1/settings/a+b")).path, "a+b");
}

Watch watch(Request const& request) {
    auto const routed = route(request);
    auto const* const watch = std::get_if<Watch>(&routed);
    EXPECT_TRUE(watch) << request.target;
    return watch ? *watch : Watch{};
}

TEST(RoutesTest, WatchesFromWhereTheClientLeftOff) {
    EXPECT_EQ(watch(request("GET", "/v1/watch")).since, std::nullopt);
    EXPECT_EQ(watch(request("GET", "/v1/watch?since=0")).since, (Cursor{0, std::nullopt}));
    EXPECT_EQ(watch(request("GET", "/v1/watch?since=7-00000000000000ab")).since, (Cursor{7, 0xab}));
    EXPECT_EQ(watch(request("GET", "/v1/watch?since=7&path=a%20b.c")).path, "a b.c");
    EXPECT_EQ(watch(request("GET", "/v1/watch?path=a+b.c")).path, "a b.c");
    for (auto const* etag : {R"("7-00000000000000ab")", "%227-00000000000000ab%22"})
        EXPECT_EQ(watch(request("GET", std::string{"/v1/watch?since="} + etag)).since,
                  (Cursor{7, 0xab}));

    auto resumed = request("GET", "/v1/watch?since=7");
    resumed.last_event_id = "12";
    EXPECT_EQ(watch(resumed).since, (Cursor{12, std::nullopt}));
    resumed.last_event_id = "12-00000000000000ab";
    EXPECT_EQ(watch(resumed).since, (Cursor{12, 0xab}));
    resumed.last_event_id = R"("12-00000000000000ab")";
    EXPECT_EQ(watch(resumed).since, (Cursor{12, 0xab}));
    resumed.last_event_id = "";
    EXPECT_EQ(watch(resumed).since, (Cursor{7, std::nullopt}));
    resumed.last_event_id = "twelve";
    EXPECT_EQ(refusal(resumed).status, 400U);
}

TEST(RoutesTest, ReadsTheHistory) {
    auto const plain = command<ReadJournal>(request("GET", "/v1/journal"));
    EXPECT_EQ(plain.since, std::nullopt);
    EXPECT_EQ(plain.limit, 100U);
    EXPECT_EQ(plain.path, "");

    auto const asked =
        command<ReadJournal>(request("GET", "/v1/journal?path=a.b&limit=1000&since=3"));
    EXPECT_EQ(asked.since, 3);
    EXPECT_EQ(asked.limit, 1'000U);
    EXPECT_EQ(asked.path, "a.b");
}

Undo undo(std::string_view body) {
    return command<TakeBack>(request("POST", "/v1/undo", body)).undo;
}

TEST(RoutesTest, TakesBackOneChangeABurstOrEverythingSinceATime) {
    EXPECT_EQ(std::get<Undo::One>(undo(R"({"revision":7})").what).revision, 7);
    EXPECT_EQ(std::get<Undo::One>(undo(R"({"revision":7,"burst":false})").what).revision, 7);
    EXPECT_EQ(std::get<Undo::Burst>(undo(R"({"revision":7,"burst":true})").what).revision, 7);
    EXPECT_EQ(std::get<Undo::Since>(undo(R"({"since":"1970-01-01T00:00:01Z"})").what).at, 1'000);
    EXPECT_FALSE(std::get<Undo::Newest>(undo("{}").what).burst);
    EXPECT_TRUE(std::get<Undo::Newest>(undo(R"({"burst":true})").what).burst);
    EXPECT_FALSE(undo(R"({"revision":7})").force);
    EXPECT_FALSE(undo(R"({"revision":7})").dry_run);
    EXPECT_TRUE(undo(R"({"dryRun":true})").dry_run);
    EXPECT_TRUE(undo(R"({"revision":7,"force":true})").force);
}

Wait wait(std::string_view prefer) {
    auto put = request("PUT", "/settings/user", "{}");
    put.prefer = prefer;
    return command<Write>(put).wait;
}

TEST(RoutesTest, WaitsForTheServerWhenThatIsPreferred) {
    using namespace std::chrono_literals;
    EXPECT_EQ(wait("wait=10"), 10s);
    EXPECT_EQ(wait("respond-async, Wait=0"), 0s);
    EXPECT_EQ(wait("return=minimal; wait=9, wait = \"5\"; x=y, wait=7"), 5s);
    EXPECT_EQ(wait("wait=86400"), 3600s);
    EXPECT_EQ(command<Write>(request("PUT", "/settings/user", "{}")).wait, std::nullopt);
    // What makes no sense is ignored (RFC 7240, 2).
    for (auto const* prefer : {"", "wait", "wait=", "wait=-1", "wait=1s", "waiting=1", ",;,"})
        EXPECT_EQ(wait(prefer), std::nullopt) << prefer;

    auto undo = request("POST", "/v1/undo", R"({"revision":1})");
    undo.prefer = "wait=3";
    EXPECT_EQ(command<TakeBack>(undo).wait, 3s);
}

TEST(RoutesTest, AValueMayBeKnownAlready) {
    auto read = request("GET", "/v1/settings/theme");
    read.if_none_match = R"("7")";
    EXPECT_EQ(command<ReadPath>(read).condition.of({{"7"}}), Condition::Outcome::matched);
}

TEST(RoutesTest, EachEndpointIsThere) {
    for (auto const& [method, path] : endpoints()) {
        auto const routed = route(request(method, path));
        auto const* const reply = std::get_if<Reply>(&routed);
        EXPECT_TRUE(reply == nullptr || reply->status != 405) << method << " " << path;
    }
}

TEST(RoutesTest, TakesABarePartialDocument) {
    auto const write = command<Write>(request("PUT", "/settings/user", R"({"a":{"b":1}})"));

    EXPECT_EQ(to_text(std::get<Patch>(write.edit).partial), R"({"a":{"b":1}})");
    EXPECT_EQ(write.condition.of({{"7"}}), Condition::Outcome::holds);
}

TEST(RoutesTest, TakesAWholeDocumentInItsWrapper) {
    auto const write = command<Write>(request("POST", "/settings/user", R"({"settings":{"a":1}})"));

    EXPECT_EQ(to_text(std::get<Replace>(write.edit).document), R"({"a":1})");
}

TEST(RoutesTest, TakesKeysToDelete) {
    auto const write =
        command<Write>(request("DELETE", "/settings/user", R"({"keys":["theme","a.b"]})"));

    EXPECT_EQ(std::get<Erase>(write.edit).paths, (std::vector<std::string>{"theme", "a.b"}));
}

TEST(RoutesTest, ReadsAPathCutAtSlashesBeforeItIsDecoded) {
    struct Case {
        std::string_view target;
        std::string_view path;
    };
    for (Case const& expected :
         {Case{"/v1/settings/theme", "theme"}, Case{"/v1/settings/a/b/c", "a.b.c"},
          Case{"/v1/settings/a.b", "a.b"}, Case{"/v1/settings/a%2Fb/c", "a/b.c"},
          Case{"/v1/settings/gr%C3%B6%C3%9fe", "größe"}, Case{"/v1/settings/100%25", "100%"},
          Case{"//v1/settings/a%20b", "a b"}})
        EXPECT_EQ(command<ReadPath>(request("GET", expected.target)).path, expected.path);
}

TEST(RoutesTest, ReadsTheStatus) { command<ReadStatus>(request("GET", "/v1/status")); }

TEST(RoutesTest, SyncsNowAndWaitsAsLongAsAsked) {
    struct Case {
        std::string_view target;
        int milliseconds;
    };
    for (Case const& expected :
         {Case{"/v1/sync", 0}, Case{"/v1/sync?wait=0", 0}, Case{"/v1/sync?wait=30", 30'000},
          Case{"/v1/sync?wait=0.5", 500}, Case{"/v1/sync?wait=3600", 3'600'000}})
        EXPECT_EQ(command<SyncNow>(request("POST", expected.target)).wait.count(),
                  expected.milliseconds)
            << expected.target;
}

TEST(RoutesTest, LogsInWithAPasswordOrWithTokens) {
    auto const login =
        command<LogIn>(request("PUT", "/v1/credentials", R"({"email":"a@x","password":"p w"})"));
    EXPECT_EQ(login.email, "a@x");
    EXPECT_EQ(login.password, "p w");

    auto const asking = command<LogIn>(
        request("PUT", "/v1/credentials", R"({"email":"a@x","password":"p w","first":"ask"})"));
    EXPECT_EQ(asking.first, Meeting::hold);
    auto const pair = command<AdoptTokens>(
        request("PUT", "/v1/credentials", R"({"accessToken":"a","refreshToken":"r"})"));
    EXPECT_EQ(pair.access, "a");
    EXPECT_EQ(pair.refresh, "r");
    EXPECT_EQ(
        command<AdoptTokens>(request("PUT", "/v1/credentials", R"({"accessToken":"a"})")).refresh,
        "");
    EXPECT_EQ(pair.provider, Provider::local);
}

TEST(RoutesTest, TokensMayTellTheProviderOfTheirLogin) {
    auto const with = [](std::string_view body) { return request("PUT", "/v1/credentials", body); };

    auto const stellar = with(R"({"accessToken":"a","provider":"WEB3_STELLAR"})");
    EXPECT_EQ(command<AdoptTokens>(stellar).provider, Provider::web3_stellar);
    auto const in_lower_case = with(R"({"accessToken":"a","provider":"github"})");
    EXPECT_EQ(command<AdoptTokens>(in_lower_case).provider, Provider::github);
    auto const unknown = refusal(with(R"({"accessToken":"a","provider":"GITLAB"})"));
    EXPECT_EQ(unknown.status, 400U);
    EXPECT_THAT(message(unknown), HasSubstr("LOCAL, GOOGLE, GITHUB, MICROSOFT"));
}

TEST(RoutesTest, FinishesALoginByACodeOrALink) {
    auto const code =
        command<ShowFactor>(request("PUT", "/v1/credentials", R"({"mfaCode":"123456"})"));
    EXPECT_EQ(code.code, "123456");
    EXPECT_EQ(code.link_token, "");
    auto const link =
        command<ShowFactor>(request("PUT", "/v1/credentials", R"({"mfaLinkToken":"t"})"));
    EXPECT_EQ(link.code, "");
    EXPECT_EQ(link.link_token, "t");
    command<MailLink>(request("POST", "/v1/credentials", R"({"action":"mail-link"})"));
}

TEST(RoutesTest, LogsOut) { command<LogOut>(request("DELETE", "/v1/credentials")); }

TEST(RoutesTest, ExplainsOneSettingByItsDecodedPath) {
    EXPECT_EQ(command<Explain>(request("GET", "/v1/explain?path=a.b")).path, "a.b");
    EXPECT_EQ(command<Explain>(request("GET", "/v1/explain?path=gr%C3%B6%26e%3D")).path, "grö&e=");
}

TEST(RoutesTest, PausesAndResumes) {
    EXPECT_TRUE(command<Pause>(request("POST", "/v1/pause")).on);
    EXPECT_FALSE(command<Pause>(request("POST", "/v1/resume")).on);
}

TEST(RoutesTest, ListsAndResolvesConflicts) {
    command<ReadConflicts>(request("GET", "/v1/conflicts"));

    auto const restore = command<ResolveConflict>(
        request("POST", "/v1/conflicts", R"({"action":"restore","id":7})"));
    EXPECT_EQ(restore.id, 7);
    EXPECT_TRUE(restore.restore);
    auto const discard = command<ResolveConflict>(
        request("POST", "/v1/conflicts", R"({"id":8,"action":"discard"})"));
    EXPECT_EQ(discard.id, 8);
    EXPECT_FALSE(discard.restore);
}

TEST(RoutesTest, ListsRetriesAndDiscardsWhatWasRejected) {
    command<ReadRejected>(request("GET", "/v1/rejected"));

    auto const all = request("POST", "/v1/rejected", R"({"action":"retry"})");
    EXPECT_EQ(command<RetryRejected>(all).key, std::nullopt);
    auto const one = request("POST", "/v1/rejected", R"({"action":"retry","key":"a.b"})");
    EXPECT_EQ(command<RetryRejected>(one).key, "a.b");
    auto const discard = request("POST", "/v1/rejected", R"({"action":"discard","key":"a"})");
    EXPECT_EQ(command<DiscardRejected>(discard).key, "a");
}

TEST(RoutesTest, ShowsTheReviewAndTakesAVerdict) {
    command<ReadReview>(request("GET", "/v1/review"));

    auto const apply = request("POST", "/v1/review", R"({"action":"apply"})");
    EXPECT_EQ(command<Decide>(apply).verdict, Verdict::apply);
    auto const refuse = request("POST", "/v1/review", R"({"action":"refuse"})");
    EXPECT_EQ(command<Decide>(refuse).verdict, Verdict::refuse);
    for (auto const meeting : {Meeting::merge, Meeting::account, Meeting::device}) {
        auto const body = std::string{R"({"action":")"} + name_of(meeting) + "\"}";
        EXPECT_EQ(command<Meet>(request("POST", "/v1/review", body)).meeting, meeting);
    }
}

TEST(RoutesTest, TakesAVerdictOnSettingsAndOnWhatIsHeld) {
    auto some = request("POST", "/v1/review", R"({"action":"apply","keys":["","a.b"]})");
    some.if_match = "\"7\"";
    auto const decide = command<Decide>(some);
    EXPECT_EQ(decide.keys, (std::vector<std::string>{"", "a.b"}));
    EXPECT_EQ(decide.condition.of({{"7"}}), Condition::Outcome::holds);
    EXPECT_EQ(decide.condition.of({{"8"}}), Condition::Outcome::failed);

    auto others =
        request("POST", "/v1/review", R"({"action":"merge","account":["a"],"device":["b"]})");
    others.if_match = "\"7\"";
    auto const meet = command<Meet>(others);
    EXPECT_EQ(meet.account, std::vector<std::string>{"a"});
    EXPECT_EQ(meet.device, std::vector<std::string>{"b"});
    EXPECT_EQ(meet.condition.of({{"8"}}), Condition::Outcome::failed);
}

TEST(RoutesTest, NeverQuotesALoginThatItRefuses) {
    for (std::string_view const body : {"",
                                        "secret",
                                        "\"secret\"",
                                        R"({"password":"secret")",
                                        R"({"email":"secret"})",
                                        R"({"password":"secret"})",
                                        R"({"email":"","password":"secret"})",
                                        R"({"email":"a","password":{"secret":1}})",
                                        R"({"email":"a","password":"p","secret":1})",
                                        R"({"email":"a","password":"p","accessToken":"secret"})",
                                        R"({"refreshToken":"secret"})",
                                        R"({"email":"a","password":"p","mfaCode":"secret"})",
                                        R"({"mfaCode":""})",
                                        R"({"email":"a","password":"secret","provider":"LOCAL"})",
                                        R"({"provider":"LOCAL"})",
                                        R"({"accessToken":"secret","provider":7})",
                                        R"({"mfaCode":"secret","provider":"LOCAL"})",
                                        R"({"mfaCode":"secret","mfaLinkToken":"secret"})",
                                        R"({"mfaCode":["secret"]})",
                                        R"({"mfaCode":"secret","first":"ask"})",
                                        R"({"mfaLinkToken":"secret","more":1})",
                                        R"({"secret":1,"secret":2})"}) {
        auto const reply = refusal(request("PUT", "/v1/credentials", body));
        EXPECT_EQ(reply.status, 400U) << body;
        EXPECT_THAT(message(reply), HasSubstr(R"({"email":"…","password":"…"})"));
        EXPECT_THAT(message(reply), testing::Not(HasSubstr("secret")));
    }
}

TEST(RoutesTest, TakesValuesAtTheirPaths) {
    auto const write = command<Write>(request(
        "PATCH", "/v1/settings", R"({"edits":[{"path":"a.b","value":null},{"path":["c.d",""]}]})"));

    auto const& list = std::get<Assignments>(write.edit).list;
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(std::get<std::string>(list[0].path), "a.b");
    EXPECT_EQ(list[0].value, Json(nullptr));
    EXPECT_EQ(std::get<Path>(list[1].path), (Path{"c.d", ""}));
    EXPECT_EQ(list[1].value, std::nullopt);
}

TEST(RoutesTest, TakesOneValueByItsPath) {
    using namespace std::chrono_literals;
    auto put = request("PUT", "/v1/settings/a/b%2Fc", R"( {"x":1.0} )");
    put.if_match = R"("v")";
    put.prefer = "wait=3";
    auto const written = command<WriteValue>(put);
    EXPECT_EQ(written.path, "a.b/c");
    EXPECT_EQ(to_text(*written.value), R"({"x":1})");
    EXPECT_EQ(written.condition.of({{"v"}}), Condition::Outcome::holds);
    EXPECT_EQ(written.condition.of({{"w"}}), Condition::Outcome::failed);
    EXPECT_EQ(written.wait, 3s);

    for (auto const* body : {"null", "0", "\"\"", "[]", "false"})
        EXPECT_EQ(to_text(*command<WriteValue>(request("PUT", "/v1/settings/a", body)).value),
                  body);

    for (auto const* target : {"/v1/settings/%2Forg.a%2Fb", "/v1/settings/%2forg.a/b"})
        EXPECT_EQ(command<ReadPath>(request("GET", target)).path, "/org.a/b") << target;

    auto remove = request("DELETE", "/v1/settings/%2Fa.b");
    remove.if_none_match = "*";
    auto const removed = command<WriteValue>(remove);
    EXPECT_EQ(removed.path, "/a.b");
    EXPECT_EQ(removed.value, std::nullopt);
    EXPECT_EQ(removed.condition.of({{"v"}}), Condition::Outcome::matched);
}

TEST(RoutesTest, RefusesWhatIsNoValueAlone) {
    for (auto const* body : {"", "dark", "\"dark", "1 2", R"({"a":1,"a":2})", "1e999"}) {
        auto const reply = refusal(request("PUT", "/v1/settings/theme", body));
        EXPECT_EQ(reply.status, 400U) << body;
        EXPECT_THAT(message(reply), HasSubstr(R"(send the value alone, as JSON: "dark")")) << body;
    }
    EXPECT_EQ(refusal(request("PUT", "/v1/settings/", "1")).status, 404U);
    EXPECT_EQ(refusal(request("DELETE", "/v1/settings/")).status, 404U);
    EXPECT_EQ(refusal(request("DELETE", "/v1/settings/%ff")).status, 400U);
}

TEST(RoutesTest, RefusesWhatIsNoValueAtAPath) {
    for (std::string_view const body :
         {"", "[]", "{}", R"({"edits":[]})", R"({"edits":{}})", R"({"edits":[1]})",
          R"({"edits":[{}]})", R"({"edits":[{"value":1}]})", R"({"edits":[{"path":1}]})",
          R"({"edits":[{"path":[]}]})", R"({"edits":[{"path":["a",1]}]})",
          R"({"edits":[{"path":"a","value":1,"x":1}]})", R"({"edits":[{"path":"a"}],"x":1})"})
        EXPECT_EQ(refusal(request("PATCH", "/v1/settings", body)).status, 400U) << body;
    auto const dots = R"({"edits":[{"path":")" + std::string(2'000, '.') + R"("}]})";
    EXPECT_EQ(refusal(request("PATCH", "/v1/settings", dots)).status, 413U);
}

// Conditions -------------------------------------------------------------------------------------

TEST(RoutesTest, HandsConditionsOn) {
    auto write = request("PUT", "/settings/user", "{}");
    write.if_match = R"("7")";
    EXPECT_EQ(command<Write>(write).condition.of({{"7"}}), Condition::Outcome::holds);
    EXPECT_EQ(command<Write>(write).condition.of({{"8"}}), Condition::Outcome::failed);
    auto undo = request("POST", "/v1/undo", R"({"revision":7})");
    undo.if_match = R"("7")";
    EXPECT_EQ(command<TakeBack>(undo).condition.of({{"8"}}), Condition::Outcome::failed);
    auto read = request("GET", "/settings/user");
    read.if_none_match = "*";
    EXPECT_EQ(command<ReadDocument>(read).condition.of({{"7"}}), Condition::Outcome::matched);
}

TEST(RoutesTest, AnswersHeadWhereverGetIs) {
    for (auto const& [method, path] : endpoints()) {
        if (method != "GET") continue;
        auto const routed = route(request("HEAD", path));
        auto const* const reply = std::get_if<Reply>(&routed);
        EXPECT_TRUE(reply == nullptr || reply->status != 405) << path;
        EXPECT_FALSE(std::holds_alternative<ipc::Watch>(routed)) << path;
    }
    EXPECT_EQ(command<ReadPath>(request("HEAD", "/v1/settings/theme")).path, "theme");
    EXPECT_EQ(std::get<Reply>(route(request("HEAD", "/v1/watch"))).content_type,
              "text/event-stream");
}

// Refusals ---------------------------------------------------------------------------------------

struct Refused {
    std::string_view method;
    std::string_view target;
    std::string_view body;
    unsigned status;
    std::string_view says;
};

void PrintTo(Refused const& refused, std::ostream* out) {
    *out << refused.method << ' ' << refused.target << ' ' << refused.body;
}

class RefusalTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusalTest, HasAStatusAndSaysWhatToChange) {
    auto const& [method, target, body, status, says] = GetParam();

    auto const reply = refusal(request(method, target, body));

    EXPECT_EQ(reply.status, status);
    EXPECT_THAT(message(reply), HasSubstr(says));
}

INSTANTIATE_TEST_SUITE_P(
    Targets, RefusalTest,
    testing::Values(Refused{"GET", "/", "", 404,
                            "/settings/user, /settings/organization, /v1/settings/, /v1/watch"},
                    Refused{"GET", "/settings/user/", "", 404, "/settings/user/"},
                    Refused{"GET", "///settings/user", "", 404, "nothing is at"},
                    Refused{"GET", "/settings/team", "", 404, "/settings/organization"},
                    Refused{"GET", "/v1/settings/", "", 404, "/v1/settings/theme"},
                    Refused{"GET", "/v1/settings", "", 405, "it takes PATCH"},
                    Refused{"GET", "http://localhost", "", 404, "nothing is at /"},
                    Refused{"GET", "http://evil.example/settings/user", "", 403, "another machine"},
                    Refused{"GET", "https://localhost/settings/user", "", 400, "must be a path"},
                    Refused{"OPTIONS", "*", "", 400, "must be a path"},
                    Refused{"CONNECT", "localhost:80", "", 400, "must be a path"},
                    Refused{"GET", "/settings/user#top", "", 400, "%23"},
                    Refused{"GET", "/v1/settings/gr\xc3\xb6", "", 400, "percent-encoded"},
                    Refused{"GET", "/v1/settings/a%2", "", 400, "\"%2\""},
                    Refused{"GET", "/v1/settings/a%zz", "", 400, "\"%zz\""},
                    Refused{"GET", "/v1/settings/%-1", "", 400, "\"%-1\""},
                    Refused{"GET", "/v1/settings/a%", "", 400, "\"%\""},
                    Refused{"GET", "/v1/settings/%ff", "", 400, "UTF-8"},
                    Refused{"GET", "/v1/settings/%c0%af", "", 400, "UTF-8"},
                    Refused{"GET", "/settings/user?since=1", "", 400, "\"since\""},
                    Refused{"GET", "/v1/status?x", "", 400, "\"x\""},
                    Refused{"GET", "/v1/settings/a?=1", "", 400, "unknown parameter"},
                    Refused{"POST", "/v1/sync?wait=1&now=1", "", 400, "\"now\""},
                    Refused{"POST", "/v1/sync?wait=1&wait=1", "", 400, "twice"},
                    Refused{"POST", "/v1/sync?wait", "", 400, "0 to 3600"},
                    Refused{"POST", "/v1/sync?wait=-1", "", 400, "0 to 3600"},
                    Refused{"POST", "/v1/sync?wait=3601", "", 400, "0 to 3600"},
                    Refused{"POST", "/v1/sync?wait=1e3", "", 400, "0 to 3600"},
                    Refused{"POST", "/v1/sync?wait=nan", "", 400, "0 to 3600"},
                    Refused{"POST", "/v1/sync?wait=1s", "", 400, "0 to 3600"},
                    Refused{"GET", "/v1/explain", "", 400, "/v1/explain?path="},
                    Refused{"GET", "/v1/explain?path=", "", 400, "/v1/explain?path="},
                    Refused{"GET", "/v1/explain?path=a&path=b", "", 400, "stands twice"},
                    Refused{"GET", "/v1/explain?key=a", "", 400, "\"key\""},
                    Refused{"GET", "/v1/explain?path=%f", "", 400, "\"%f\""},
                    Refused{"POST", "/v1/pause?for=1", "", 400, "\"for\""}));

INSTANTIATE_TEST_SUITE_P(
    Bodies, RefusalTest,
    testing::Values(Refused{"PUT", "/settings/user", "[]", 400, "send an object"},
                    Refused{"POST", "/settings/user", "{}", 400, "\"settings\" must be an object"},
                    Refused{"DELETE", "/settings/user", "", 400, "{\"keys\":"},
                    Refused{"POST", "/v1/conflicts", "{}", 400, R"({"action":"restore","id":1})"},
                    Refused{"POST", "/v1/rejected", "{}", 400, R"({"action":"retry"})"},
                    Refused{"POST", "/v1/review", "{}", 400, R"({"action":"refuse"})"}));

INSTANTIATE_TEST_SUITE_P(
    History, RefusalTest,
    testing::Values(Refused{"GET", "/v1/watch?since=x", "", 400, "since=7"},
                    Refused{"GET", "/v1/watch?since=-1", "", 400, "since=7"},
                    Refused{"GET", "/v1/watch?since=99999999999999999999", "", 400, "since=7"},
                    Refused{"GET", "/v1/watch?path=%f", "", 400, "\"%f\""},
                    Refused{"GET", "/v1/journal?since=", "", 400, "since=7"},
                    Refused{"GET", "/v1/journal?limit=0", "", 400, "1 to 1000"},
                    Refused{"GET", "/v1/journal?limit=1001", "", 400, "1 to 1000"},
                    Refused{"GET", "/v1/journal?limit=ten", "", 400, "1 to 1000"},
                    Refused{"POST", "/v1/undo", R"({"dryRun":1})", 400, "send"},
                    Refused{"POST", "/v1/undo", "", 400, ""},
                    Refused{"POST", "/v1/undo", R"({"revision":18446744073709551615})", 400,
                            "send"},
                    Refused{"POST", "/v1/undo", R"({"revision":1,"since":"x"})", 400, "send"},
                    Refused{"POST", "/v1/undo", R"({"since":"yesterday"})", 400, "2026-"},
                    Refused{"POST", "/v1/undo", R"({"since":7})", 400, "send"},
                    Refused{"POST", "/v1/undo", R"({"revision":1,"burst":1})", 400, "send"},
                    Refused{"POST", "/v1/undo", R"({"revision":1,"all":true})", 400, "send"},
                    Refused{"GET", "/v1/undo", "", 405, "it takes POST"}));

TEST(RoutesTest, RefusesMissingKeysInTheServicesWords) {
    for (std::string_view const body : {"{}", R"({"keys":[]})", R"({"keys":"a"})"}) {
        auto const reply = refusal(request("DELETE", "/settings/user", body));
        EXPECT_EQ(reply.status, 400U) << body;
        EXPECT_EQ(message(reply), "Keys array is required and must not be empty");
    }
}

std::string nested(std::size_t levels) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i) text += R"({"a":)";
    return text + "1" + std::string(levels, '}');
}

TEST(RoutesTest, BoundsTheDepthOfADocumentTheSameInBothWrites) {
    auto const wrapped = [](std::string const& text) { return "{\"settings\":" + text + "}"; };
    auto const fits = nested(limits::json_depth);
    auto const deep = nested(limits::json_depth + 1);

    command<Write>(request("PUT", "/settings/user", fits));
    command<Write>(request("POST", "/settings/user", wrapped(fits)));

    EXPECT_EQ(refusal(request("PUT", "/settings/user", deep)).status, 413U);
    EXPECT_EQ(refusal(request("POST", "/settings/user", wrapped(deep))).status, 413U);
}

TEST(RoutesTest, RefusesALongKey) {
    std::string const body = "{\"" + std::string(limits::key_bytes + 1, 'k') + "\":1}";

    auto const reply = refusal(request("PUT", "/settings/user", body));

    EXPECT_EQ(reply.status, 413U);
    EXPECT_THAT(message(reply), HasSubstr("1024 bytes"));
}

TEST(RoutesTest, AnswersAWrongMethodWithThoseThatArePossible) {
    struct Case {
        std::string_view method;
        std::string_view target;
        std::string_view allow;
    };
    for (Case const& expected :
         {Case{"PATCH", "/settings/user", "GET, HEAD, PUT, POST, DELETE"},
          Case{"get", "/settings/user", "GET, HEAD, PUT, POST, DELETE"},
          Case{"CONNECT", "/settings/user", "GET, HEAD, PUT, POST, DELETE"},
          Case{"POST", "/v1/settings/theme", "GET, HEAD, PUT, DELETE"},
          Case{"POST", "/v1/status", "GET, HEAD"}, Case{"GET", "/v1/sync", "POST"},
          Case{"GET", "/v1/credentials", "PUT, POST, DELETE"},
          Case{"POST", "/v1/explain", "GET, HEAD"}, Case{"GET", "/v1/pause", "POST"},
          Case{"GET", "/v1/resume", "POST"}, Case{"PUT", "/v1/conflicts", "GET, HEAD, POST"},
          Case{"DELETE", "/v1/rejected", "GET, HEAD, POST"},
          Case{"PUT", "/v1/review", "GET, HEAD, POST"}}) {
        auto const reply = refusal(request(expected.method, expected.target));
        EXPECT_EQ(reply.status, 405U) << expected.method << expected.target;
        EXPECT_EQ(reply.allow, expected.allow);
        EXPECT_THAT(message(reply), HasSubstr(expected.allow));
    }
}

TEST(RoutesTest, RefusesWhatAWebPageSends) {
    auto read = request("GET", "/settings/user");
    read.has_origin = true;

    EXPECT_EQ(refusal(read).status, 403U);
}

TEST(RoutesTest, RefusesWhatAPageOfAnotherSiteSendsWithoutAnOrigin) {
    auto read = request("GET", "/settings/user");
    read.is_cross_site = true;

    EXPECT_EQ(refusal(read).status, 403U);
}

TEST(RoutesTest, KnowsItsOwnNames) {
    for (std::string_view const host :
         {"localhost", "LocalHost", "localhost:80", "127.0.0.1", "127.0.0.1:8080", "[::1]",
          "[::1]:443", "settingsd", "localhost:", "localhost.", "localhost.:80", "", "unix",
          "xlocalhost", "settings_daemon:80", "%2Frun%2Fuser%2F1000%2Fsettingsd%2Fsocket"}) {
        auto read = request("GET", "/settings/user");
        read.host = host;
        command<ReadDocument>(read);
    }
}

TEST(RoutesTest, RefusesAForeignHost) {
    for (std::string_view const host :
         {"example.org", "localhost.example.org", "localhost:80@example.org", "127.0.0.2", "[::1",
          "localhost, example.org", "localhost:80:80", "example.org.", "run%2Fsocket"}) {
        auto read = request("GET", "/settings/user");
        read.host = host;
        EXPECT_EQ(refusal(read).status, 403U) << host;
    }
}

TEST(RoutesTest, AsksForAHostButNotInHttp10) {
    auto read = request("GET", "/settings/user");
    read.host.reset();
    EXPECT_EQ(refusal(read).status, 400U);

    read.http_1_0 = true;
    command<ReadDocument>(read);
}

TEST(RoutesTest, RefusesACompressedBody) {
    auto write = request("PUT", "/settings/user", "{}");
    write.content_encoding = "gzip";
    EXPECT_EQ(refusal(write).status, 415U);

    write.content_encoding = "Identity";
    command<Write>(write);
}

}  // namespace
}  // namespace settings::ipc
