#include "settings/async_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/client/fake_daemon.h"
#include "tests/client/loop.h"
#include "tests/client/replies.h"

namespace settings::client {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

/// What ended a coroutine with an exception.
template <class T>
boost::system::error_code error_of(Loop::Running<T> const& running) try {
    if (running.failure) std::rethrow_exception(running.failure);
    return {};
} catch (boost::system::system_error const& error) {
    return error.code();
}

class AsyncClientTest : public testing::Test {
  protected:
    AsyncClient& talk_to(std::vector<Script> scripts, Options options = Options{}) {
        daemon.emplace(std::move(scripts));
        return client.emplace(loop.executor(), daemon->socket_path(), std::move(options));
    }

    /// The requests that the daemon got, whole.
    std::vector<std::string> asked() {
        client.reset();
        return daemon->stop();
    }

    Loop loop;
    std::optional<FakeDaemon> daemon;
    std::optional<AsyncClient> client;
};

TEST_F(AsyncClientTest, AssignsByTheSameDoor) {
    auto& settings = talk_to({{.replies = {saved(7), saved(8)}}});

    EXPECT_EQ(
        loop.wait_for(settings.assign({{"/a.b", 1}, Assignment::removal("c")})).value().revision,
        7);
    EXPECT_EQ(
        loop.wait_for(settings.assign({{"d", 2}}, WriteOptions{}.only_if("7"))).value().revision,
        8);

    EXPECT_THAT(
        asked(),
        ElementsAre(AllOf(StartsWith("PATCH /v1/settings HTTP/1.1\r\n"),
                          HasSubstr(R"({"edits":[{"path":"/a.b","value":1},{"path":"c"}]})")),
                    HasSubstr("If-Match: \"7\"\r\n")));
}

TEST_F(AsyncClientTest, MakesTheSameCallsAsTheBlockingOne) {
    auto& settings = talk_to({{.replies = {one_setting, saved(7)}}});

    EXPECT_EQ(loop.wait_for(settings.document()).value(), Json({{"theme", "dark"}}));
    EXPECT_EQ(loop.wait_for(settings.erase({"a", "b.c"}, "6")).value(), 7);

    EXPECT_THAT(asked(), ElementsAre(StartsWith("GET /settings/user HTTP/1.1\r\n"),
                                     AllOf(StartsWith("DELETE /settings/user HTTP/1.1\r\n"),
                                           HasSubstr("If-Match: \"6\"\r\n"),
                                           HasSubstr("User-Agent: client_tests\r\n"),
                                           HasSubstr(R"({"keys":["a","b.c"]})"))));
}

TEST_F(AsyncClientTest, ReadsTypedSettingsWithAFallback) {
    auto const dark = reply(200, R"({"success":true,"value":"dark"})");
    auto& settings = talk_to({{.replies = {dark, dark, dark}}});

    EXPECT_EQ(loop.wait_for(settings.get<std::string>("theme")).value(), "dark");
    EXPECT_EQ(loop.wait_for(settings.get<int>("theme")).error().code(), Errc::wrong_type);
    EXPECT_EQ(loop.wait_for(settings.get<int>("theme", 7)), 7);
    AsyncClient nobody{loop.executor(), "/nonexistent"};
    EXPECT_EQ(loop.wait_for(nobody.get<bool>("theme", true)), true);
}

TEST_F(AsyncClientTest, ArgumentsMayGoBeforeTheCallIsAwaited) {
    auto& settings = talk_to({{.replies = {saved(7)}}});
    std::optional<std::string> path{"a.long.path.to.a.setting.that.is.gone"};
    auto setting = settings.set(*path, 1);
    path.reset();

    EXPECT_TRUE(loop.wait_for(std::move(setting)));

    EXPECT_THAT(asked(), ElementsAre(HasSubstr(R"(is.gone","value":1)")));
}

TEST_F(AsyncClientTest, CallsMadeAtOnceGoOutInOrderOnOneConnection) {
    auto& settings = talk_to({{.replies = {saved(7), saved(7), saved(7)}}});
    std::array<Loop::Running<Result<Revision>>, 3> running;
    for (int i = 0; i < 3; ++i) loop.spawn(settings.set("volume", i), running.at(i));

    loop.run();

    for (auto const& each : running) EXPECT_TRUE(each.result.value());
    EXPECT_THAT(asked(),
                ElementsAre(HasSubstr(R"("volume","value":0)"), HasSubstr(R"("volume","value":1)"),
                            HasSubstr(R"("volume","value":2)")));
}

TEST_F(AsyncClientTest, MayBeDestroyedWhileItsCallsAreUnderWay) {
    auto& settings = talk_to({{.replies = {saved(7), saved(7)}}});
    std::array<Loop::Running<Result<Revision>>, 2> running;
    for (auto& each : running) loop.spawn(settings.set("a", 1), each);
    client.reset();

    loop.run();

    for (auto const& each : running) EXPECT_TRUE(each.result.value());
}

TEST_F(AsyncClientTest, ACallThatIsCancelledGivesItsTurnAway) {
    auto& settings = talk_to({{.stay_silent = true}, {.replies = {saved(7)}}});
    asio::cancellation_signal stop;
    Loop::Running<Result<Json>> cancelled;
    Loop::Running<Result<Revision>> next;
    loop.spawn(settings.document(), cancelled, stop.slot());
    loop.spawn(settings.set("a", 1), next);

    loop.poll();
    stop.emit(asio::cancellation_type::terminal);
    loop.run();

    EXPECT_EQ(error_of(cancelled), asio::error::operation_aborted);
    EXPECT_TRUE(next.result.value());
}

TEST_F(AsyncClientTest, ACallThatIsCancelledBeforeItsTurnIsNotMade) {
    auto& settings = talk_to({{.stay_silent = true}, {.replies = {saved(7)}}});
    std::array<asio::cancellation_signal, 2> stop;
    std::array<Loop::Running<Result<Revision>>, 2> cancelled;
    Loop::Running<Result<Revision>> last;
    for (std::size_t i : {0U, 1U}) loop.spawn(settings.set("a", i), cancelled[i], stop[i].slot());
    loop.spawn(settings.set("b", 1), last);
    loop.poll();

    stop[1].emit(asio::cancellation_type::terminal);
    loop.poll();
    stop[0].emit(asio::cancellation_type::terminal);
    loop.run();

    for (auto const& each : cancelled) EXPECT_EQ(error_of(each), asio::error::operation_aborted);
    EXPECT_TRUE(last.result.value());
    EXPECT_THAT(asked(), ElementsAre(HasSubstr(R"({"path":"b","value":1})")));
}

TEST_F(AsyncClientTest, ReconnectsWhenTheDaemonClosedTheIdleConnection) {
    auto& settings = talk_to({{.replies = {one_setting}}, {.replies = {saved(7)}}});
    ASSERT_TRUE(loop.wait_for(settings.document()));

    EXPECT_EQ(loop.wait_for(settings.patch({{"a", 1}})).value(), 7);
}

TEST_F(AsyncClientTest, RepeatsAWriteWhoseAnswerWasLostUnlessItHadACondition) {
    auto& settings = talk_to(
        {{.replies = {one_setting, ""}}, {.replies = {saved(7), ""}}, {.replies = {saved(7)}}});
    ASSERT_TRUE(loop.wait_for(settings.document()));

    EXPECT_EQ(loop.wait_for(settings.patch({{"a", 1}})).value(), 7);
    EXPECT_EQ(loop.wait_for(settings.patch({{"a", 1}}, "6")).error().code(), Errc::unknown);

    EXPECT_THAT(asked(), SizeIs(4));
}

TEST_F(AsyncClientTest, GivesUpOnASilentDaemonAndThenStartsAfresh) {
    auto const done = reply(200, R"({"success":true,"synced":true,"revision":3})");
    auto& settings = talk_to({{.stay_silent = true}, {.replies = {done}}}, Options{}.timeout(20ms));

    auto const late = loop.wait_for(settings.document());

    EXPECT_EQ(late.error().code(), Errc::unreachable);
    EXPECT_THAT(late.error().message(), HasSubstr("did not answer in time"));
    // The wait adds to the time-out, so that this one cannot be late on a slow machine.
    EXPECT_TRUE(loop.wait_for(settings.sync(10s)));
}

TEST_F(AsyncClientTest, WhatBecameOfAWriteThatWasSentAndNotAnsweredIsUnknown) {
    auto& settings =
        talk_to({{.stay_silent = true}, {.replies = {one_setting, ""}}}, Options{}.timeout(20ms));

    EXPECT_EQ(loop.wait_for(settings.set("a", 1)).error().code(), Errc::unknown);
    EXPECT_TRUE(loop.wait_for(settings.sync(10s)).has_error());
    auto const lost = loop.wait_for(settings.set("a", 1));
    EXPECT_EQ(lost.error().code(), Errc::unknown) << "and nobody is there to be asked again";
    EXPECT_THAT(lost.error().message(), HasSubstr("unknown whether it is saved: read it back"));
}

TEST_F(AsyncClientTest, AnAnswerThatIsNotHttpIsAProtocolError) {
    auto& settings = talk_to({{.replies = {"220 mail.example ESMTP\r\n"}}});

    EXPECT_EQ(loop.wait_for(settings.document()).error().code(), Errc::protocol);
}

TEST_F(AsyncClientTest, SendsWhatIsLargerThanTheSocketHolds) {
    auto& settings = talk_to({{.replies = {saved(7)}}});

    EXPECT_TRUE(loop.wait_for(settings.set("a", std::string(1'000'000, 'x'))));

    EXPECT_THAT(asked().at(0).size(), testing::Gt(1'000'000U));
}

TEST_F(AsyncClientTest, SaysWhyNobodyCanBeReached) {
    auto const directory = new_directory();
    std::string const path = directory / "socket";
    AsyncClient nobody{loop.executor(), path};
    EXPECT_THAT(loop.wait_for(nobody.document()).error().message(), HasSubstr("no socket at"));

    int const listener = listen_at(path, 0);  // room for one
    AsyncClient one{loop.executor(), path, Options{}.timeout(20ms)};
    AsyncClient other{loop.executor(), path, Options{}.timeout(20ms)};
    EXPECT_THAT(loop.wait_for(one.document()).error().message(), HasSubstr("in time"));
    EXPECT_THAT(loop.wait_for(other.document()).error().message(), HasSubstr("too busy"));

    ::close(listener);
    std::filesystem::remove_all(directory);
}

TEST_F(AsyncClientTest, AnEditBeginsAnewWhenAnotherAppWasFaster) {
    auto& settings = talk_to(
        {{.replies = {snapshot(7, R"({"n":1})"), stale, snapshot(8, R"({"n":5})"), saved(7)}}});

    auto editing = settings.edit([](Json& all) { all["n"] = all["n"].get<int>() + 1; });
    EXPECT_EQ(loop.wait_for(std::move(editing)).value(), 7);

    EXPECT_THAT(asked().at(3),
                AllOf(HasSubstr("If-Match: \"8\""), HasSubstr(R"({"path":["n"],"value":6})")));
}

TEST_F(AsyncClientTest, AnEditOfOneSettingIsForItsValueAlone) {
    auto& settings =
        talk_to({{.replies = {one_value("v1", "1"), stale, one_value("v2", "5"), saved(7)}}});

    auto editing = settings.edit<int>("n", 0, [](int& n) { ++n; });
    EXPECT_EQ(loop.wait_for(std::move(editing)).value(), 7);

    EXPECT_THAT(asked().at(3), AllOf(HasSubstr("PUT /v1/settings/n "),
                                     HasSubstr("If-Match: \"v2\""), EndsWith("\r\n\r\n6")));
}

TEST_F(AsyncClientTest, OfAValueThatIsTooLargeToBePutOnlyWhatChangedIsSent) {
    auto& settings =
        talk_to({{.replies = {one_value("v", R"({"n":1})"), reply(413, R"({"success":false})"),
                              snapshot(7, R"({"a":{"n":1}})"), saved(8)}}});

    auto const count = [](std::optional<Json>& value) { value->at("n") = 2; };
    auto editing = settings.edit("a", count);
    EXPECT_EQ(loop.wait_for(std::move(editing)).value(), 8);

    EXPECT_THAT(asked().at(3), HasSubstr(R"([{"path":["a","n"],"value":2}])"));
}

TEST_F(AsyncClientTest, WhatAnEditThrowsReachesWhoeverAwaitsIt) {
    auto& settings = talk_to({{.replies = {snapshot(7, "{}")}}});

    auto editing = settings.edit([](Json&) { throw std::logic_error{"no"}; });
    EXPECT_THROW(loop.wait_for(std::move(editing)), std::logic_error);
}

TEST_F(AsyncClientTest, TextThatIsNotUtf8IsRefusedWithoutAsking) {
    AsyncClient nobody{loop.executor(), "/nonexistent"};

    EXPECT_EQ(loop.wait_for(nobody.set("a", "\xff")).error().code(), Errc::refused);
}

}  // namespace
}  // namespace settings::client
