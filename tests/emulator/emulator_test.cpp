#include "emulator/emulator.h"

#include <gtest/gtest.h>

#include "tests/emulator/noon.h"

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;
using Then = Delivery::Then;

class EmulatorTest : public testing::Test {
  protected:
    static Emulator make(std::string_view faults, std::string prefix = "") {
        Accounts accounts{{{"ada@x", "pw"}}, "the secret of EmulatorTest", 1h};
        return Emulator{Service{{}, std::move(accounts)}, std::move(prefix),
                        parse_faults(faults).value()};
    }

    Delivery send(std::string const& method, std::string const& target,
                  std::string const& body = "", Time now = noon) {
        Request const request{
            .method = method, .target = target, .authorization = token, .body = body};
        return emulator.handle(request, now);
    }

    Delivery put(std::string const& body, Time now = noon) {
        return send("PUT", "/settings/user", body, now);
    }

    std::string document() { return emulator.service().documents().at("ada@x").dump(); }

    Emulator emulator = make("");
    std::string token = "Bearer " + emulator.service().accounts().mint("ada@x", 1h, noon);
};

unsigned status(Delivery const& delivery) {
    return static_cast<unsigned>(std::stoul(delivery.bytes.substr(9, 3)));
}

std::string body(Delivery const& delivery) {
    return delivery.bytes.substr(delivery.bytes.find("\r\n\r\n") + 4);
}

TEST_F(EmulatorTest, AnswersAndKeepsTheConnection) {
    Delivery const delivery = put(R"({"a":1})");

    EXPECT_EQ(status(delivery), 200U);
    EXPECT_EQ(delivery.then, Then::keep);
    EXPECT_FALSE(delivery.admin);
    EXPECT_EQ(document(), R"({"a":1})");
}

TEST_F(EmulatorTest, SaysMoreThanWasAskedFor) {
    emulator = make("push 'HTTP/1.1 103 A', push 'HTTP/1.1 408 B' after answering");
    token = "Bearer " + emulator.service().accounts().mint("ada@x", 1h, noon);

    auto const before = put(R"({"a":1})").bytes;
    auto const after = put(R"({"a":1})").bytes;

    EXPECT_TRUE(before.starts_with("HTTP/1.1 103 A\r\n\r\nHTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(after.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(after.ends_with("}HTTP/1.1 408 B\r\n\r\n"));
}

TEST_F(EmulatorTest, MayHaveNoMoreThanTheUsersCalls) {
    EXPECT_EQ(status(send("GET", "/mfa/status")), 200U);

    Accounts accounts{{{"ada@x", "pw"}}, "the secret of EmulatorTest", 1h};
    emulator = Emulator{Service{{.user_calls_only = true}, std::move(accounts)}, "", {}};

    EXPECT_EQ(body(send("GET", "/mfa/status")), R"({"message":"Not found","success":false})");
    EXPECT_EQ(status(send("PUT", "/settings/organization", "{}")), 404U);
    EXPECT_EQ(status(send("GET", "/settings/user")), 200U);
}

TEST_F(EmulatorTest, EndsTheSessionInOrderWhenTheClientWishesIt) {
    Request const request{.method = "GET", .target = "/settings/user", .keep_alive = false};

    EXPECT_EQ(emulator.handle(request, noon).then, Then::finish);
}

TEST_F(EmulatorTest, KnowsItsPathsAndMethods) {
    EXPECT_EQ(status(send("GET", "/settings/user?x=1")), 200U);
    EXPECT_EQ(status(send("GET", "/nope")), 404U);
    EXPECT_EQ(status(send("GET", "//settings/user")), 404U);
    Delivery const wrong = send("GET", "/user/login");
    EXPECT_EQ(status(wrong), 405U);
    EXPECT_NE(wrong.bytes.find("\r\nAllow: POST\r\n"), std::string::npos);
    EXPECT_NE(send("PATCH", "/settings/user").bytes.find("\r\nAllow: GET, PUT, POST, DELETE\r\n"),
              std::string::npos);
}

TEST_F(EmulatorTest, LivesBehindAPrefix) {
    emulator = make("", "/api");

    EXPECT_EQ(status(send("GET", "/api/settings/user")), 200U);
    EXPECT_EQ(status(send("GET", "/settings/user")), 404U);
    EXPECT_EQ(status(send("POST", "/api/user/refresh", "{}")), 400U);
}

TEST_F(EmulatorTest, AnErrorLeavesTheDocumentAlone) {
    emulator = make("answer 500");

    EXPECT_EQ(status(put(R"({"a":1})")), 500U);
    EXPECT_EQ(document(), "{}");
    EXPECT_EQ(status(put(R"({"a":1})")), 200U);
}

TEST_F(EmulatorTest, AnErrorAfterApplyingDoesNot) {
    emulator = make("answer 504 after applying");

    EXPECT_EQ(status(put(R"({"a":1})")), 504U);
    EXPECT_EQ(document(), R"({"a":1})");
}

TEST_F(EmulatorTest, DropsBeforeOrAfterItAppliesTheRequest) {
    emulator = make("drop before answering, drop after applying");

    Delivery const before = put(R"({"a":1})");
    EXPECT_EQ(before.then, Then::cut);
    EXPECT_EQ(before.bytes, "");
    EXPECT_EQ(document(), "{}");

    Delivery const after = put(R"({"a":1})");
    EXPECT_EQ(after.then, Then::cut);
    EXPECT_EQ(after.bytes, "");
    EXPECT_EQ(document(), R"({"a":1})");
}

TEST_F(EmulatorTest, CutsBehindTheHeadersOrInTheBody) {
    emulator = make("drop after headers, answer truncated");

    Delivery const headers = put(R"({"a":1})");
    EXPECT_EQ(status(headers), 200U);
    EXPECT_TRUE(headers.bytes.ends_with("\r\n\r\n"));
    EXPECT_EQ(headers.then, Then::cut);

    Delivery const half = put(R"({"b":1})");
    EXPECT_NE(half.bytes.find("Content-Length: 73\r\n"), std::string::npos);
    EXPECT_EQ(body(half).size(), 36U);
    EXPECT_EQ(half.then, Then::cut);
    EXPECT_EQ(document(), R"({"a":1,"b":1})");
}

TEST_F(EmulatorTest, StallsInTheBody) {
    emulator = make("answer stalled");

    Delivery const half = put(R"({"b":1})");

    EXPECT_EQ(body(half).size(), 36U);
    EXPECT_EQ(half.then, Then::hang);
    EXPECT_EQ(document(), R"({"b":1})");
}

TEST_F(EmulatorTest, HangsWithOrWithoutApplying) {
    emulator = make("hang, hang after applying");

    EXPECT_EQ(put(R"({"a":1})").then, Then::hang);
    EXPECT_EQ(document(), "{}");
    EXPECT_EQ(put(R"({"a":1})").then, Then::hang);
    EXPECT_EQ(document(), R"({"a":1})");
}

TEST_F(EmulatorTest, GarbageIsNotHttp) {
    emulator = make("answer garbage");

    Delivery const delivery = put(R"({"a":1})");

    EXPECT_FALSE(delivery.bytes.empty());
    EXPECT_FALSE(delivery.bytes.starts_with("HTTP"));
    EXPECT_EQ(delivery.then, Then::cut);
    EXPECT_EQ(document(), "{}");
}

TEST_F(EmulatorTest, NamesTheTimeOfARetryFromTheRequestOn) {
    emulator = make("answer 503 with retry-after date in 30 seconds");

    Delivery const delivery = put("{}");

    EXPECT_NE(delivery.bytes.find("\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n"),
              std::string::npos);
    EXPECT_NE(delivery.bytes.find("\r\nRetry-After: Tue, 14 Nov 2023 22:13:50 GMT\r\n"),
              std::string::npos);
}

TEST_F(EmulatorTest, ALateRequestOvertakesNewerOnesWhenItsTimeHasCome) {
    emulator = make("drop and apply after 60 seconds");
    put(R"({"a":"old"})");
    put(R"({"a":"new"})", noon + 1s);

    EXPECT_EQ(body(send("GET", "/settings/user", "", noon + 59s)),
              R"({"settings":{"a":"new"},"success":true})");
    EXPECT_EQ(body(send("GET", "/settings/user", "", noon + 60s)),
              R"({"settings":{"a":"old"},"success":true})");
}

TEST_F(EmulatorTest, ALateRequestArrivesOnceAndInOrder) {
    emulator = make("drop and apply after 60 seconds, drop and apply after 30 seconds");
    put(R"({"a":"sixty"})");
    put(R"({"a":"thirty"})");

    send("GET", "/settings/user", "", noon + 2min);
    EXPECT_EQ(document(), R"({"a":"sixty"})");
    put(R"({"a":"newest"})", noon + 3min);
    send("GET", "/settings/user", "", noon + 4min);
    EXPECT_EQ(document(), R"({"a":"newest"})");
}

TEST_F(EmulatorTest, UnknownPathsAndAdminCallsUseNoFaultUp) {
    emulator = make("answer 500");

    EXPECT_EQ(status(send("GET", "/nope")), 404U);
    EXPECT_EQ(status(send("GET", "/_emulator/documents")), 200U);
    EXPECT_EQ(status(send("GET", "/settings/user")), 500U);
}

TEST_F(EmulatorTest, APoisonedKeyIsRefusedForGood) {
    emulator = make("refuse key bad");

    EXPECT_EQ(status(put(R"({"bad":1})")), 400U);
    EXPECT_EQ(status(put(R"({"bad":1})")), 400U);
    EXPECT_EQ(status(put(R"({"good":1})")), 200U);
}

TEST_F(EmulatorTest, APoisonousKeySpoilsEachWriteThatNamesIt) {
    emulator = make("poison bad 403");

    EXPECT_EQ(status(put(R"({"bad":1,"good":1})")), 403U);
    EXPECT_EQ(status(send("DELETE", "/settings/user", R"({"keys":["bad.x"]})")), 403U);
    EXPECT_EQ(status(put(R"({"good":1})")), 200U);

    emulator = make("poison bad drop");
    EXPECT_EQ(put(R"({"bad":1})").bytes, "");
}

}  // namespace
}  // namespace settings::emulator
