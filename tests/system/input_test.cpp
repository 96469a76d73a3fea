// Wrong input over the real socket: a clear answer, nothing stored, and nobody else disturbed.

#include <sys/stat.h>

#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::Values;

constexpr char const* document_path = "/settings/user";

struct Wrong {
    char const* name;
    std::string bytes;
    char const* status;
    char const* says;
};

void PrintTo(Wrong const& wrong, std::ostream* stream) { *stream << wrong.name; }

std::string repeated(std::string const& text, int times) {
    std::string all;
    for (int time = 0; time < times; ++time) all += text;
    return all;
}

Wrong put(char const* name, std::string const& body, char const* status, char const* says) {
    return {name, request("PUT", document_path, body), status, says};
}

/// Needs no server to answer an app.
class InputTest : public SystemTest {
  protected:
    void SetUp() override { boot(); }

    void expect_undisturbed() {
        EXPECT_TRUE(device().is_running());
        EXPECT_EQ(device().status().revision, 0);
        EXPECT_EQ(patch(device(), {{"theme", "light"}}), 1);
        EXPECT_EQ(device().document(), Json({{"theme", "light"}}));
    }
};

class WrongInputTest : public InputTest, public testing::WithParamInterface<Wrong> {};

INSTANTIATE_TEST_SUITE_P(
    App, WrongInputTest,
    Values(put("NotJson", "theme=light", "400", "column 2"),
           put("NotAnObject", "[1,2]", "400", "the body is of type array"),
           put("Nothing", "", "400", "the body is empty"),
           put("HalfAnObject", R"({"theme":"li)", "400", "JSON"),
           put("TwoObjects", R"({"a":1}{"b":2})", "400", "JSON"),
           put("TheSameNameTwice", R"({"a":1,"a":2})", "400", "\\\"a\\\""),
           put("InvalidUtf8", "{\"a\":\"\xff\xfe\"}", "400", "UTF-8"),
           put("FiveMebibytes", R"({"a":")" + std::string(5 << 20, 'x') + "\"}", "413", "1048576"),
           put("TenThousandLevels",
               R"({"a":)" + repeated("[", 10'000) + repeated("]", 10'000) + "}", "413", "64"),
           put("TenThousandOpenLevels", repeated(R"({"a":)", 10'000), "413", "64"),
           Wrong{"UnknownPath", request("GET", "/settings/everyone"), "404", "look at"},
           Wrong{"UnknownSetting", request("GET", "/v1/settings/no/such"), "404", "no.such"},
           Wrong{"WrongMethod", request("PATCH", document_path, "{}"), "405",
                 "GET, HEAD, PUT, POST, DELETE"},
           Wrong{"ReplacementThatIsNotWrapped", request("POST", document_path, R"({"a":1})"), "400",
                 "settings"},
           Wrong{"RemovalOfNothing", request("DELETE", document_path, R"({"keys":[]})"), "400",
                 "Keys array is required and must not be empty"},
           Wrong{"RemovalByAMillionDots",
                 request("DELETE", document_path,
                         R"({"keys":[")" + std::string(1'000'000, '.') + "\"]}"),
                 "413", "path"},
           Wrong{
               "RemovalByTwoThousandSlashes",
               request("DELETE", document_path, R"({"keys":[")" + std::string(2'000, '/') + "\"]}"),
               "413", "levels"},
           Wrong{"QuestionOfTenThousandLevels",
                 request("GET", "/v1/settings/a" + repeated("/b", 5'000)), "413", "levels"},
           Wrong{"WatchOfTenThousandDots",
                 request("GET", "/v1/watch?path=" + std::string(10'000, '.')), "413", "levels"},
           Wrong{"UndoSinceAVeryLongTime",
                 request("POST", "/v1/undo",
                         R"({"since":"2026-11-23T19:00:00.)" + std::string(50'000, '0') + "\"}"),
                 "400", "since"},
           Wrong{"AWebPage",
                 "GET /settings/user HTTP/1.1\r\nHost: localhost\r\nOrigin: https://x.example\r\n"
                 "Connection: close\r\n\r\n",
                 "403", "Origin"},
           Wrong{"AForeignHost",
                 "GET /settings/user HTTP/1.1\r\nHost: x.example\r\nConnection: close\r\n\r\n",
                 "403", "Host"},
           Wrong{"NotHttp",
                 std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11} + "\r\n\r\n",
                 "400", ""}),
    [](auto const& wrong) { return wrong.param.name; });

TEST_P(WrongInputTest, GetsAClearAnswerAndChangesNothing) {
    auto const response = exchange(device().socket(), GetParam().bytes);

    EXPECT_THAT(response, StartsWith(std::string{"HTTP/1.1 "} + GetParam().status + ' '));
    EXPECT_THAT(body_of(response),
                AllOf(StartsWith(R"({"success":false,"message":")"), HasSubstr(GetParam().says)));
    expect_undisturbed();
}

TEST_F(InputTest, AWrongMethodIsToldTheRightOnes) {
    EXPECT_THAT(exchange(device().socket(), request("PATCH", document_path, "{}")),
                HasSubstr("\r\nAllow: GET, HEAD, PUT, POST, DELETE\r\n"));
}

TEST_F(InputTest, ClientsThatFallSilentHoldUpNobody) {
    std::list<RawConnection> silent;
    for (auto const* start : {"", "PUT /sett", "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\n",
                              "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                              "20\r\n\r\n{\"theme\":"})
        for (int time = 0; time < 50; ++time) silent.emplace_back(device().socket()).send(start);

    expect_undisturbed();
    expect_sync(device());
}

TEST_F(InputTest, ClientsThatLeaveWithoutTheirAnswerHoldUpNobody) {
    auto const read = request("GET", document_path);
    for (int time = 0; time < 200; ++time) RawConnection{device().socket()}.send(read);

    expect_undisturbed();
}

TEST_F(InputTest, ARemovalThatIsAllDotsIsAnswered) {
    EXPECT_EQ(patch(device(), {{"a", {{"b", 1}, {"c", 2}}}, {"a.c", 3}}), 1);
    std::string keys = R"({"keys":["a.b")";
    while (keys.size() < 1'000'000) keys += ",\"a" + std::string(1'000, '.') + '"';

    EXPECT_THAT(exchange(device().socket(), request("DELETE", document_path, keys + "]}")),
                StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(device().document(), Json({{"a", {{"c", 2}}}, {"a.c", 3}}));
}

TEST_F(InputTest, RequestsInARowAreAnsweredInOrder) {
    std::string const first = R"({"n":1})";
    RawConnection const connection{device().socket()};
    connection.send("PUT /settings/user HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\n" +
                    first + request("GET", document_path));

    auto const responses = connection.receive_all();

    EXPECT_THAT(responses, HasSubstr(R"("revision":1})"));
    EXPECT_EQ(responses.substr(responses.rfind("\r\n\r\n") + 4),
              R"({"success":true,"settings":{"n":1}})");
}

TEST_F(InputTest, AConditionalEditOfAnOldRevisionChangesNothing) {
    EXPECT_EQ(patch(device(), {{"theme", "light"}}), 1);
    auto const old = device().client().snapshot().value().tag;
    EXPECT_EQ(patch(device(), {{"theme", "dark"}}), 2);

    auto const stale = device().client().patch({{"theme", "blue"}}, old);

    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().status(), 412U);
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
    EXPECT_EQ(device().client().patch({{"theme", "blue"}}, "2").error().status(), 412U)
        << "a revision alone names no state of this store";
    auto const now = device().client().snapshot().value().tag;
    EXPECT_EQ(device().client().patch({{"theme", "blue"}}, now).value(), 3);
}

TEST_F(InputTest, ConditionsAreComparedAsProxiesRewriteThem) {
    EXPECT_EQ(patch(device(), {{"theme", "light"}}), 1);
    auto const status = [&](std::string const& method, std::string const& field,
                            std::string const& body = {}) {
        auto bytes = request(method, document_path, body);
        bytes.insert(bytes.find("\r\n") + 2, field + "\r\n");
        return exchange(device().socket(), bytes).substr(9, 3);
    };

    auto const tag = '"' + device().client().snapshot().value().tag + '"';
    EXPECT_EQ(status("PUT", "If-None-Match: *", R"({"a":1})"), "412");
    EXPECT_EQ(status("PUT", "If-Match: W/" + tag, R"({"a":1})"), "412");
    EXPECT_EQ(status("PUT", R"(If-Match: "1")", R"({"a":1})"), "412");
    EXPECT_EQ(status("DELETE", R"(If-Match: "unknown", "283")", R"({"keys":["theme"]})"), "412");
    EXPECT_EQ(status("POST", R"(If-Match: "0")", R"({"settings":{}})"), "412");
    EXPECT_EQ(device().document(), Json({{"theme", "light"}}));
    EXPECT_EQ(status("PUT", "If-Match: \"0\", " + tag, R"({"a":1})"), "200");
    EXPECT_EQ(status("GET", "If-None-Match: *"), "304");
    auto const next = '"' + device().client().snapshot().value().tag + '"';
    EXPECT_EQ(status("HEAD", "If-None-Match: W/" + next), "304");
    EXPECT_EQ(status("GET", "If-Match: " + tag), "412");
    EXPECT_EQ(status("GET", "If-None-Match: " + tag), "200");
    EXPECT_EQ(status("GET", R"(If-None-Match: "2")"), "200");
}

TEST_F(InputTest, HeadIsAGetWithoutItsBody) {
    EXPECT_EQ(patch(device(), {{"theme", "light"}}), 1);
    for (auto const* target : {"/settings/user", "/v1/settings/theme", "/v1/openapi.json"}) {
        auto const got = exchange(device().socket(), request("GET", target));
        auto const head = exchange(device().socket(), request("HEAD", target));

        EXPECT_EQ(head, got.substr(0, got.find("\r\n\r\n") + 4)) << target;
    }
    EXPECT_THAT(exchange(device().socket(), request("HEAD", "/v1/watch")),
                HasSubstr("text/event-stream"));
}

TEST_F(InputTest, ABodyAndADepthAtTheirLimitsAreTaken) {
    constexpr std::size_t largest = 1 << 20;
    std::string const around = R"({"text":""})";
    Json const text{{"text", std::string(largest - around.size(), 'x')}};
    Json const deep = Json::parse(R"({"deep":)" + repeated("[", 63) + repeated("]", 63) + "}");

    EXPECT_EQ(patch(device(), text), 1);
    EXPECT_EQ(patch(device(), deep), 2);

    expect_sync(device());
    EXPECT_EQ(server->document(), device().document());
}

TEST_F(InputTest, OnlyTheUserCanReachTheSocketAndTheStore) {
    auto const mode = [](std::filesystem::path const& path) {
        struct stat status {};
        EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
        return status.st_mode & 07777;
    };

    EXPECT_EQ(mode(device().socket()), 0600U);
    EXPECT_EQ(mode(device().socket().parent_path()), 0700U);
    EXPECT_EQ(mode(device().store()), 0700U);
    for (auto const& file : std::filesystem::directory_iterator{device().store()})
        EXPECT_EQ(mode(file.path()), 0600U) << file.path();
}

}  // namespace
}  // namespace settings::system_test
