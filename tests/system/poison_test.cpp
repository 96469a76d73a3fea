// A value that makes writes fail while looks succeed, and what the server stores of what it
// refuses.

#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::SizeIs;

class PoisonTest : public SystemTest {
  protected:
    /// Puts back what the server was known to have, before it had another value by then.
    void expect_receipt_to_know() {
        std::string const body = R"({"theme":"dark"})";
        auto const answer = exchange(device().socket(),
                                     "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\n"
                                     "Content-Type: application/json\r\nPrefer: wait=1\r\n"
                                     "Connection: close\r\nContent-Length: " +
                                         std::to_string(body.size()) + "\r\n\r\n" + body);

        EXPECT_EQ(Json::parse(body_of(answer)).at("synced"), false) << answer;
        EXPECT_EQ(ask(device(), "GET", "/v1/explain?path=theme").at("state"), "pending");
    }
};

class PoisonKindTest : public PoisonTest, public testing::WithParamInterface<char const*> {};

INSTANTIATE_TEST_SUITE_P(Kinds, PoisonKindTest,
                         testing::Values("500", "503", "401", "403", "404", "502", "drop"),
                         [](auto const& kind) { return "By" + std::string{kind.param}; });

TEST_P(PoisonKindTest, StopsNobodyElse) {
    boot();
    server->set_faults("poison diary " + std::string{GetParam()});

    patch(device(), {{"theme", "dark"}, {"diary", "poison"}, {"volume", 5}, {"size", 3}});

    expect_eventually([&] { return server->document(); },
                      Json{{"theme", "dark"}, {"volume", 5}, {"size", 3}});
    expect_eventually([&] { return device().status().rejected; },
                      ElementsAre(Field(&client::Status::Rejected::key, "diary")));
    EXPECT_EQ(device().document().at("diary"), "poison");

    server->set_faults("clear");
    patch(device(), {{"diary", "well"}});

    expect_eventually([&] { return server->document().value("diary", ""); }, "well");
    EXPECT_THAT(device().status().rejected, SizeIs(0));
}

TEST_F(PoisonTest, AnotherValueOfAKeyThatIsAloneIsTriedAtOnce) {
    boot({}, {{"sync.backoff_cap_seconds", "3600"}});
    server->set_faults("poison diary 403");
    patch(device(), {{"diary", "poison"}});
    expect_eventually([&] { return device().status().waits_for; }, "stopped");
    server->set_faults("clear");

    patch(device(), {{"diary", "well"}});

    expect_eventually([&] { return server->document(); }, Json{{"diary", "well"}});
}

TEST_F(PoisonTest, WhatARefusalStoredAllTheSameDoesNotBeatANewerValue) {
    boot({}, {{"sync.conflict", quoted("remote")}});
    server->set_faults("refuse key bad storing the rest");
    patch(device(), {{"theme", "old"}, {"bad", 1}});
    expect_eventually([&] { return server->document().value("theme", ""); }, "old");

    patch(device(), {{"theme", "new"}});

    expect_eventually([&] { return server->document().value("theme", ""); }, "new");
    EXPECT_EQ(device().document().at("theme"), "new");
}

TEST_F(PoisonTest, APersonWhoInsistsEndsAGatewaysPatience) {
    boot();
    server->set_faults("gateway 503 with retry-after 86400");
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().status().waits_for; }, "retry_after");

    ctl({"sync"});
    EXPECT_EQ(device().status().waits_for, "retry_after");
    ctl({"sync"});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
}

TEST_F(PoisonTest, ALoginEndsAGatewaysPatience) {
    boot();
    server->set_faults("gateway 503 with retry-after 86400");
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().status().waits_for; }, "retry_after");

    ASSERT_TRUE(device().client().log_in(Emulator::email, Emulator::password));
    device().entrust_what_is_stored();

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
}

/// An hour at most, and up to half an hour more by chance, so that not all come back at once.
TEST_F(PoisonTest, AGatewaysPatienceHasAnEndWithoutAPerson) {
    boot();
    server->set_faults("gateway 503 with retry-after 86400");
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().status().waits_for; }, "retry_after");

    EXPECT_LE(device().status().next_attempt->in, std::chrono::minutes{90});
}

TEST_F(PoisonTest, AReceiptKnowsOfAValueThatIsStillOnItsWay) {
    boot();
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());
    server->set_faults("hang after applying on PUT");
    patch(device(), {{"theme", "light"}});
    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});

    expect_receipt_to_know();
}

TEST_F(PoisonTest, AReceiptKnowsOfARemovalThatIsStillOnItsWay) {
    boot();
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());
    server->set_faults("hang after applying on DELETE");
    ASSERT_TRUE(device().client().erase({"theme"}));
    expect_eventually([&] { return server->document(); }, Json::object());

    expect_receipt_to_know();
}

TEST_F(PoisonTest, AReceiptKnowsOfAValueWhoseAnswerWasLost) {
    boot();
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());
    server->set_faults("on PUT drop after applying, on GET gateway 502 forever");
    patch(device(), {{"theme", "light"}});
    expect_eventually([&] { return device().status().last_error.has_value(); }, true);

    expect_receipt_to_know();
}

}  // namespace
}  // namespace settings::system_test
