#include "settings/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/client/fake_daemon.h"
#include "tests/client/replies.h"

namespace settings::client {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

template <class T>
Errc code_of(Result<T> const& result) {
    return result.has_value() ? throw std::logic_error{"no error"} : result.error().code();
}

TEST(ClientTest, ReadsTheDocument) {
    FakeDaemon daemon{{{.replies = {one_setting}}}};
    Client client{daemon.socket_path()};

    EXPECT_EQ(client.document().value(), Json({{"theme", "dark"}}));
}

TEST(ClientTest, ReadsOneSettingByItsEncodedPath) {
    FakeDaemon daemon{{{.replies = {reply(200, R"({"success":true,"value":null})")}}}};
    std::optional<Client> client{daemon.socket_path()};

    EXPECT_EQ(client->get("a.b/ü %").value(), Json(nullptr));

    client.reset();
    EXPECT_THAT(daemon.stop(),
                ElementsAre(StartsWith("GET /v1/settings/a.b%2F%C3%BC%20%25 HTTP/1.1\r\n"
                                       "Host: localhost\r\n")));
}

TEST(ClientTest, LogsInAndOut) {
    auto const done = reply(200, R"({"success":true,"message":"…"})");
    FakeDaemon daemon{{{.replies = {done, done, done, done}}}};
    std::optional<Client> client{daemon.socket_path()};

    EXPECT_TRUE(client->log_in("a@x", "p\"w"));
    EXPECT_TRUE(client->adopt_tokens("a", "r"));
    EXPECT_TRUE(client->adopt_tokens("a", {}, {}, "GITHUB"));
    EXPECT_TRUE(client->log_out());

    client.reset();
    auto const sent = daemon.stop();
    ASSERT_EQ(sent.size(), 4U);
    EXPECT_THAT(sent[0], StartsWith("PUT /v1/credentials HTTP/1.1\r\n"));
    EXPECT_THAT(sent[0], HasSubstr(R"({"email":"a@x","password":"p\"w"})"));
    EXPECT_THAT(sent[1], HasSubstr(R"({"accessToken":"a","refreshToken":"r"})"));
    EXPECT_THAT(sent[2], HasSubstr(R"({"accessToken":"a","provider":"GITHUB"})"));
    EXPECT_THAT(sent[3], StartsWith("DELETE /v1/credentials HTTP/1.1\r\n"));
}

TEST(ClientTest, TellsWhyALoginWasRefusedAndAsksOnlyOnce) {
    FakeDaemon daemon{
        {{.replies = {reply(403, R"({"success":false,"message":"the password is wrong"})")}}}};
    Client client{daemon.socket_path()};

    auto const refused = client.log_in("a@x", "wrong");

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::refused);
    EXPECT_EQ(refused.error().message(), "the password is wrong");
    EXPECT_EQ(code_of(client.log_in("a@x", "\xff")), Errc::refused);
}

TEST(ClientTest, TellsWhatALoginWaitsForAndShowsIt) {
    auto const incomplete = reply(
        401,
        R"({"success":false,"message":"a code","mfa":{"methods":["GOOGLE_AUTH","X"],"primary":"X","lockedForSeconds":890}})");
    auto const done = reply(200, R"({"success":true})");
    FakeDaemon daemon{{{.replies = {incomplete, done, done, done}}}};
    std::optional<Client> client{daemon.socket_path()};

    auto const login = client->log_in("a@x", "p");
    ASSERT_FALSE(login);
    EXPECT_EQ(login.error().code(), Errc::incomplete);
    EXPECT_EQ(login.error().message(), "a code");
    ASSERT_TRUE(login.error().second_factor());
    EXPECT_THAT(login.error().second_factor()->methods, ElementsAre(SecondFactor::code, "X"));
    EXPECT_EQ(login.error().second_factor()->primary, "X");
    EXPECT_EQ(login.error().second_factor()->locked_for, std::chrono::seconds{890});
    EXPECT_TRUE(client->mail_link());
    EXPECT_TRUE(client->show_code("123456"));
    EXPECT_TRUE(client->show_link("t"));

    client.reset();
    EXPECT_THAT(daemon.stop(), ElementsAre(StartsWith("PUT "),
                                           AllOf(StartsWith("POST /v1/credentials "),
                                                 HasSubstr(R"({"action":"mail-link"})")),
                                           HasSubstr(R"({"mfaCode":"123456"})"),
                                           HasSubstr(R"({"mfaLinkToken":"t"})")));
}

TEST(ClientTest, SendsEachKindOfWrite) {
    FakeDaemon daemon{{{.replies = {saved(7), saved(7), saved(7)}}}};
    std::optional<Client> client{daemon.socket_path()};

    EXPECT_EQ(client->patch({{"theme", "light"}}).value(), 7);
    EXPECT_EQ(client->replace({{"a", 1}}).value(), 7);
    EXPECT_EQ(client->erase({"a", "b.c"}).value(), 7);

    client.reset();
    auto const sent = daemon.stop();
    ASSERT_EQ(sent.size(), 3U);
    EXPECT_THAT(sent[0], StartsWith("PUT /settings/user HTTP/1.1\r\n"));
    EXPECT_THAT(sent[0], HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(sent[0], HasSubstr("\r\n\r\n{\"theme\":\"light\"}"));
    EXPECT_THAT(sent[1], StartsWith("POST /settings/user HTTP/1.1\r\n"));
    EXPECT_THAT(sent[1], HasSubstr("\r\n\r\n{\"settings\":{\"a\":1}}"));
    EXPECT_THAT(sent[2], StartsWith("DELETE /settings/user HTTP/1.1\r\n"));
    EXPECT_THAT(sent[2], HasSubstr("\r\n\r\n{\"keys\":[\"a\",\"b.c\"]}"));
}

TEST(ClientTest, AsksForASyncAndSaysHowLongItWaits) {
    FakeDaemon daemon{
        {{.replies = {
              reply(200, R"({"success":true,"synced":true,"revision":3})"),
              reply(200, R"({"success":true,"synced":false,"revision":3,"reason":"offline"})"),
          }}}};
    std::optional<Client> client{daemon.socket_path()};

    EXPECT_TRUE(client->sync().value().synced);
    auto const outcome = client->sync(1'050ms).value();

    EXPECT_FALSE(outcome.synced);
    EXPECT_EQ(outcome.revision, 3);
    EXPECT_EQ(outcome.reason, "offline");
    client.reset();
    EXPECT_THAT(daemon.stop(), ElementsAre(StartsWith("POST /v1/sync HTTP/1.1\r\n"),
                                           StartsWith("POST /v1/sync?wait=1.050 HTTP/1.1\r\n")));
}

TEST(ClientTest, ReadsTheStatus) {
    FakeDaemon daemon{
        {{.replies = {reply(200, R"({"success":true,"state":"idle","pending":2})")}}}};
    Client client{daemon.socket_path()};

    auto const status = client.status().value();

    EXPECT_EQ(status.state, "idle");
    EXPECT_EQ(status.pending, 2U);
}

TEST(ClientTest, ReportsWhatTheDaemonRefusesInItsOwnWords) {
    FakeDaemon daemon{{{.replies = {
                            reply(404, R"({"success":false,"message":"no such setting"})"),
                            reply(412, R"({"success":false,"message":"moved on"})"),
                            reply(503, R"({"success":false,"message":"too busy"})"),
                            reply(500, R"({"success":false,"message":"the disk failed"})"),
                            reply(507, R"({"success":false,"message":"the disk is full"})"),
                            reply(500, "<html>"),
                        }}}};
    Client client{daemon.socket_path()};

    auto const absent = client.get("a");
    EXPECT_EQ(code_of(absent), Errc::not_found);
    EXPECT_EQ(absent.error().message(), "no such setting");
    EXPECT_EQ(absent.error().status(), 404U);
    EXPECT_EQ(code_of(client.patch({{"a", 1}}, "5")), Errc::stale);
    auto const busy = client.patch({{"a", 1}});
    EXPECT_EQ(code_of(busy), Errc::busy);
    EXPECT_EQ(busy.error().message(), "too busy");
    EXPECT_EQ(code_of(client.patch({{"a", 1}})), Errc::storage);
    EXPECT_EQ(code_of(client.patch({{"a", 1}})), Errc::storage);
    auto const broken = client.document();
    EXPECT_EQ(code_of(broken), Errc::storage);
    EXPECT_THAT(broken.error().message(), AllOf(HasSubstr("500"), HasSubstr("systemctl")));
}

TEST(ClientTest, RefusesTextThatIsNotUtf8WithoutAsking) {
    Client client{"/nonexistent/socket"};

    EXPECT_EQ(code_of(client.patch({{"a", "\xff"}})), Errc::refused);
}

TEST(ClientTest, AReplyThatIsNotTheDaemonsIsAProtocolError) {
    FakeDaemon daemon{{{.replies = {
                            reply(200, "[]"),
                            reply(200, "not JSON"),
                            reply(200, R"({"success":false})"),
                            reply(200, R"({"success":true})"),
                            reply(200, R"({"success":true,"revision":"7"})"),
                            reply(200, R"({"success":true,"revision":7,"synced":"yes"})"),
                        }}}};
    Client client{daemon.socket_path()};

    EXPECT_EQ(code_of(client.status()), Errc::protocol);
    EXPECT_EQ(code_of(client.status()), Errc::protocol);
    EXPECT_EQ(code_of(client.status()), Errc::protocol);
    EXPECT_EQ(code_of(client.document()), Errc::protocol);
    EXPECT_EQ(code_of(client.patch({{"a", 1}})), Errc::unknown) << "it may have been made";
    EXPECT_EQ(code_of(client.sync()), Errc::unknown);
}

TEST(ClientTest, WhatBecameOfAWriteIsUnknownWhereItsAnswerIsNotTheDaemons) {
    std::string const page = "<html><h1>Bad Gateway</h1></html>";
    for (std::string const& answer :
         {std::string{"garbage\r\n\r\n"}, reply(200, "not JSON"), reply(200, "[]"),
          reply(200, R"({"success":true})"), reply(200, R"({"success":"yes","revision":7})"),
          reply(502, page), reply(503, page), reply(504, page), reply(413, page), reply(404, "{}"),
          reply(409, R"({"message":"no"})"), reply(302, ""),
          std::string{"HTTP/1.1 103 Early Hints\r\n\r\n"}}) {
        auto const write = [&](auto const& deed) {
            FakeDaemon daemon{{{.replies = {answer}}}};
            Client client{daemon.socket_path()};
            return code_of(deed(client));
        };
        EXPECT_EQ(write([](Client& client) { return client.set("a", 1); }), Errc::unknown)
            << answer;
        EXPECT_EQ(write([](Client& client) { return client.undo(1); }), Errc::unknown) << answer;
        EXPECT_EQ(write([](Client& client) { return client.erase("a"); }), Errc::unknown) << answer;
    }
}

TEST(ClientTest, AnInterimAnswerIsPassedOver) {
    std::string const hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    std::string const go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    auto const saved = reply(200, R"({"success":true,"revision":7})");
    FakeDaemon daemon{{{.replies = {hints + saved, go_on + hints + saved}}}};
    Client client{daemon.socket_path()};

    EXPECT_EQ(client.set("a", 1).value(), 7);
    EXPECT_EQ(client.set("a", 2).value(), 7) << "on the same connection";
}

TEST(ClientTest, ReconnectsWhenTheDaemonClosedTheIdleConnection) {
    FakeDaemon daemon{{{.replies = {one_setting}}, {.replies = {saved(7)}}}};
    Client client{daemon.socket_path()};
    ASSERT_TRUE(client.document());

    EXPECT_EQ(client.patch({{"a", 1}}).value(), 7);
}

TEST(ClientTest, RepeatsAWriteWhoseAnswerWasLostOnAConnectionThatServedBefore) {
    FakeDaemon daemon{{{.replies = {one_setting, ""}}, {.replies = {saved(7)}}}};
    std::optional<Client> client{daemon.socket_path()};
    ASSERT_TRUE(client->document());

    EXPECT_EQ(client->patch({{"a", 1}}).value(), 7);

    client.reset();
    auto const sent = daemon.stop();
    ASSERT_EQ(sent.size(), 3U);
    EXPECT_EQ(sent[1], sent[2]);
}

TEST(ClientTest, DoesNotRepeatAConditionalWrite) {
    FakeDaemon daemon{{{.replies = {one_setting, ""}}, {.replies = {saved(7)}}}};
    std::optional<Client> client{daemon.socket_path()};
    ASSERT_TRUE(client->document());

    EXPECT_EQ(code_of(client->patch({{"a", 1}}, "6")), Errc::unknown);

    client.reset();
    auto const sent = daemon.stop();
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_THAT(sent[1], HasSubstr("If-Match: \"6\"\r\n"));
}

TEST(ClientTest, DoesNotRepeatOnANewConnection) {
    FakeDaemon daemon{{{.replies = {""}}, {.replies = {one_setting}}}};
    std::optional<Client> client{daemon.socket_path()};

    EXPECT_EQ(code_of(client->document()), Errc::unreachable);

    client.reset();
    EXPECT_EQ(daemon.stop().size(), 1U);
}

TEST(ClientTest, DoesNotRepeatWhenTheReplyBreaksOff) {
    std::string const half = one_setting.substr(0, one_setting.size() - 5);
    FakeDaemon daemon{{{.replies = {one_setting, half}}, {.replies = {one_setting}}}};
    Client client{daemon.socket_path()};
    ASSERT_TRUE(client.document());

    EXPECT_EQ(code_of(client.document()), Errc::protocol);
    EXPECT_TRUE(client.document());
}

TEST(ClientTest, AnAnswerThatIsNotHttpIsAProtocolError) {
    FakeDaemon daemon{{{.replies = {"220 mail.example ESMTP\r\n"}}}};
    Client client{daemon.socket_path()};

    EXPECT_EQ(code_of(client.document()), Errc::protocol);
}

TEST(ClientTest, LeavesAConnectionThatTheDaemonIsAboutToClose) {
    std::string last = one_setting;
    last.insert(last.find("Content-Length"), "Connection: close\r\n");
    FakeDaemon daemon{{{.replies = {last}}, {.replies = {saved(7)}}}};
    Client client{daemon.socket_path()};
    ASSERT_TRUE(client.document());

    // A conditional write is never repeated, so it shows whether the old connection was tried.
    EXPECT_EQ(client.patch({{"a", 1}}, "6").value(), 7);
}

TEST(ClientTest, ReadsAReplyThatEndsWithTheConnection) {
    FakeDaemon daemon{{{.replies = {"HTTP/1.1 200 OK\r\n\r\n{\"success\":true,\"settings\":{}}"}}}};
    Client client{daemon.socket_path()};

    EXPECT_EQ(client.document().value(), Json::object());
}

TEST(ClientTest, DoesNotTakeBytesNobodyAskedForAsTheNextReply) {
    FakeDaemon daemon{
        {{.replies = {one_setting + saved(7)}, .stay_silent = true}, {.replies = {one_setting}}}};
    Client client{daemon.socket_path()};
    ASSERT_TRUE(client.document());

    EXPECT_EQ(client.document().value(), Json({{"theme", "dark"}}));
}

TEST(ClientTest, ReadsTheAnswerOfADaemonThatClosesBeforeItHasReadTheRequest) {
    FakeDaemon daemon{{{.greeting = reply(503, R"({"success":false,"message":"too many"})")}}};
    Client client{daemon.socket_path()};

    auto const refused = client.patch({{"a", std::string(1'000'000, 'x')}});

    EXPECT_EQ(code_of(refused), Errc::busy);
    EXPECT_EQ(refused.error().message(), "too many");
}

TEST(ClientTest, GivesUpOnASilentDaemonAndThenStartsAfresh) {
    auto const done = reply(200, R"({"success":true,"synced":true,"revision":3})");
    FakeDaemon daemon{{{.stay_silent = true}, {.replies = {done}}}};
    Client client{daemon.socket_path(), Options{}.timeout(20ms)};

    auto const late = client.document();

    EXPECT_EQ(code_of(late), Errc::unreachable);
    EXPECT_THAT(late.error().message(), HasSubstr("did not answer in time"));
    // The wait adds to the time-out, so that this one cannot be late on a slow machine.
    EXPECT_TRUE(client.sync(10s));
}

TEST(ClientTest, WhatBecameOfAWriteThatWasSentAndNotAnsweredIsUnknown) {
    FakeDaemon daemon{{{.stay_silent = true}, {.replies = {""}}, {.replies = {"HTTP/1.1 200 "}}}};
    Client client{daemon.socket_path(), Options{}.timeout(20ms)};

    auto const late = client.set("a", 1);
    EXPECT_EQ(code_of(late), Errc::unknown);
    EXPECT_THAT(late.error().message(), HasSubstr("unknown whether it is saved: read it back"));
    EXPECT_EQ(code_of(client.undo(1)), Errc::unknown) << "the daemon closes";
    EXPECT_EQ(code_of(client.erase("a")), Errc::unknown) << "the answer breaks off";
}

TEST(ClientTest, AWriteIsUnknownWhenTheDaemonWentAndCannotBeAskedAgain) {
    FakeDaemon daemon{{{.replies = {one_setting, ""}}}};
    Client client{daemon.socket_path()};
    ASSERT_TRUE(client.document());
    std::filesystem::remove(daemon.socket_path());

    auto const lost = client.set("a", 1);

    EXPECT_EQ(code_of(lost), Errc::unknown);
    EXPECT_THAT(lost.error().message(), HasSubstr("unknown whether it is saved"));
}

TEST(ClientTest, AWriteThatWasNotTakenWholeIsNotMade) {
    auto const directory = new_directory();
    std::string const path = directory / "socket";
    int const listener = listen_at(path, 8);  // where nobody reads
    Client client{path, Options{}.timeout(20ms)};

    EXPECT_EQ(code_of(client.set("a", std::string(1'000'000, 'x'))), Errc::unreachable);
    EXPECT_EQ(code_of(client.set("a", 1)), Errc::unknown) << "it is taken whole, and not answered";
    EXPECT_EQ(code_of(client.pause()), Errc::unknown);
    EXPECT_EQ(code_of(client.get("a")), Errc::unreachable) << "a read changes nothing";

    ::close(listener);
    std::filesystem::remove_all(directory);
}

TEST(ClientTest, ReadsATypedSetting) {
    auto const on = reply(200, R"({"success":true,"value":true})");
    FakeDaemon daemon{{{.replies = {on, on}}}};
    Client client{daemon.socket_path()};

    EXPECT_TRUE(client.get<bool>("a").value());
    EXPECT_EQ(code_of(client.get<int>("a")), Errc::wrong_type);
}

TEST(ClientTest, AFallbackAlwaysComesUp) {
    auto const text = reply(200, R"({"success":true,"value":"dark"})");
    auto const absent = reply(404, R"({"success":false,"message":"none"})");
    FakeDaemon daemon{{{.replies = {text, text, absent}}}};
    Client client{daemon.socket_path()};

    EXPECT_EQ(client.get<std::string>("theme", "light"), "dark");
    EXPECT_EQ(client.get<int>("theme", 7), 7) << "another type";
    EXPECT_EQ(client.get<std::string>("theme", "light"), "light") << "absent";
    EXPECT_EQ(Client{"/nonexistent"}.get<bool>("theme", true), true) << "no daemon";
}

TEST(ClientTest, TellsTheDaemonWhichAppItIs) {
    FakeDaemon daemon{{{.replies = {one_setting}}, {.replies = {one_setting}}}};
    std::optional<Client> client{daemon.socket_path()};
    ASSERT_TRUE(client->document());
    client.emplace(daemon.socket_path(), Client::Options{}.app_name("clock/1.2"));
    ASSERT_TRUE(client->document());

    client.reset();
    EXPECT_THAT(daemon.stop(), ElementsAre(HasSubstr("User-Agent: client_tests\r\n"),
                                           HasSubstr("User-Agent: clock/1.2\r\n")));
}

TEST(ClientTest, FindsTheSocketInTheEnvironment) {
    ::setenv("SETTINGSD_SOCKET", "/a/socket", 1);
    ::setenv("XDG_RUNTIME_DIR", "/run/me", 1);
    EXPECT_EQ(default_socket(), "/a/socket");

    ::unsetenv("SETTINGSD_SOCKET");
    EXPECT_EQ(default_socket(), "/run/me/settingsd/socket");

    for (auto const* ignored : {"", "run/me", "./run"}) {
        ::setenv("XDG_RUNTIME_DIR", ignored, 1);
        EXPECT_EQ(default_socket(),
                  "/run/user/" + std::to_string(::getuid()) + "/settingsd/socket");
    }
}

}  // namespace
}  // namespace settings::client
