// A server, or somebody on the way, that says more than it was asked: no answer is taken for that
// of another request.

#include "tests/system/support/raw_service.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Values;

std::string const early_hints = "HTTP/1.1 103 Early Hints\r\nLink: </app.css>\r\n\r\n";
std::string const failed = response(500, R"({"success":false,"message":"no"})");

std::string refuses_writes(RawCall const& call) {
    return call.method == "GET" ? call.healthy() : failed;
}

/// One device, in step with a service whose answers the test makes.
class AnswersTest : public SystemTest {
  protected:
    void boot_at(RawService::Rule rule) {
        serve();
        service.emplace(server->ca().parent_path(), std::move(rule));
        auto& made = make_device("a", {{"server.url", quoted(service->url())},
                                       {"server.ca_file", quoted(service->ca())}});
        made.start();
    }

    std::optional<RawService> service;
};

struct Extra {
    char const* name;
    std::string (*answers_to_reads)(RawCall const&);
};

void PrintTo(Extra const& extra, std::ostream* stream) { *stream << extra.name; }

class ExtraAnswerTest : public AnswersTest, public testing::WithParamInterface<Extra> {};

INSTANTIATE_TEST_SUITE_P(
    Server, ExtraAnswerTest,
    Values(
        Extra{"HintsFirst", [](RawCall const& call) { return early_hints + call.healthy(); }},
        Extra{"HintsTwice",
              [](RawCall const& call) { return early_hints + early_hints + call.healthy(); }},
        Extra{"SaysToGoOn",
              [](RawCall const& call) { return "HTTP/1.1 100 Continue\r\n\r\n" + call.healthy(); }},
        Extra{"AnswersTwice", [](RawCall const& call) { return call.healthy() + call.healthy(); }},
        Extra{"AddsAReady",
              [](RawCall const& call) {
                  return call.healthy() + response(200, R"({"success":true})");
              }},
        Extra{"ClosesBehindTwoAnswers",
              [](RawCall const& call) {
                  return response(200, Json{{"success", true}, {"settings", call.document}}.dump(),
                                  "Connection: close\r\n") +
                         response(200, R"({"success":true})");
              }}),
    [](auto const& extra) { return extra.param.name; });

TEST_P(ExtraAnswerTest, IsNotTakenForTheAnswerToAWrite) {
    boot_at([](RawCall const& call) {
        return call.method == "GET" ? GetParam().answers_to_reads(call) : failed;
    });
    expect_rest(device());

    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return service->methods(); }, HasSubstr("PUT GET PUT GET"));

    EXPECT_EQ(device().status().pending, 1U);
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
}

TEST_P(ExtraAnswerTest, DoesNotKeepAnEditFromArriving) {
    boot_at([](RawCall const& call) {
        return call.method == "GET" ? GetParam().answers_to_reads(call) : call.healthy();
    });

    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return service->document(); }, Json{{"theme", "dark"}});
    expect_sync(device());
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
}

TEST_F(AnswersTest, AHintBeforeTheAnswerToAWriteIsPassedOver) {
    boot_at([](RawCall const& call) {
        return call.method == "PUT" ? early_hints + failed : call.healthy();
    });

    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return service->methods(); }, HasSubstr("PUT GET PUT"));
    EXPECT_EQ(device().status().pending, 1U);
}

TEST_F(AnswersTest, AServerThatOnlyHintsIsNotBelieved) {
    boot_at(refuses_writes);
    expect_rest(device());
    service->follow([](RawCall const&) {
        std::string hints;
        for (int n = 0; n < 100; ++n) hints += early_hints;
        return hints;
    });

    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return device().status().last_error ? 1 : 0; }, 1);
    service->follow([](RawCall const& call) { return call.healthy(); });
    expect_eventually([&] { return service->document(); }, Json{{"theme", "dark"}});
}

TEST_F(AnswersTest, AnUpgradeThatNobodyAskedForIsNoAnswer) {
    boot_at([](RawCall const& call) {
        if (call.method != "PUT" || call.number > 1) return call.healthy();
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n" +
               call.healthy();
    });

    patch(device(), {{"theme", "dark"}});

    expect_sync(device());
    EXPECT_EQ(service->document(), Json({{"theme", "dark"}}));
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
}

/// As a proxy does that is tired of waiting, or has too many clients.
TEST_F(AnswersTest, ARefusalBeforeTheRequestIsNoAnswerToAnotherOne) {
    serve();
    service.emplace(server->ca().parent_path(), [](RawCall const& call) { return call.healthy(); });
    service->greet_with(response(408, R"({"success":false})"));
    auto& made = make_device(
        "a", {{"server.url", quoted(service->url())}, {"server.ca_file", quoted(service->ca())}});
    made.start();

    patch(made, {{"theme", "dark"}});
    expect_eventually([&] { return service->connections() > 3; }, true);
    EXPECT_EQ(made.document(), Json({{"theme", "dark"}}));
    EXPECT_EQ(made.status().pending, 1U);

    service->greet_with({});
    expect_eventually([&] { return service->document(); }, Json{{"theme", "dark"}});
    expect_sync(made);
    EXPECT_EQ(made.document(), Json({{"theme", "dark"}}));
}

TEST_F(AnswersTest, ACodingIsNotAskedForAndNamedWhereItComesAllTheSame) {
    boot_at([](RawCall const& call) {
        return response(200, Json{{"success", true}, {"settings", call.document}}.dump(),
                        "Content-Encoding: br\r\n");
    });

    expect_eventually([&] { return device().status().summary; },
                      HasSubstr("an answer in the coding \"br\", which nobody asked for"));
    EXPECT_THAT(service->heads(), Each(HasSubstr("\r\nAccept-Encoding: identity\r\n")));
}

TEST_F(AnswersTest, ReadsAreNotAnsweredByACache) {
    boot_at([](RawCall const& call) { return call.healthy(); });
    expect_rest(device());

    EXPECT_THAT(service->heads(), Each(HasSubstr("Cache-Control: no-cache\r\n")));
}

}  // namespace
}  // namespace settings::system_test
