// Everything that the interface takes, written inside a co_await expression, where g++ 12 destroys
// the members of a temporary aggregate twice: AddressSanitizer would say so, and often free(3).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/this_coro.hpp>

#include "settings/async_client.h"
#include "tests/client/fake_daemon.h"
#include "tests/client/json.h"
#include "tests/client/loop.h"
#include "tests/client/replies.h"

namespace settings::client {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
template <class T>
using Awaitable = asio::awaitable<T>;

/// Longer than what a string holds without memory of its own.
std::string const long_name = "a.name.that.is.longer.than.sixteen.characters";

class CoAwaitTest : public testing::Test {
  protected:
    /// The requests of one coroutine, to a daemon that gives these answers.
    std::vector<std::string> asked(Awaitable<bool> (*work)(AsyncClient),
                                   std::vector<std::string> answers) {
        FakeDaemon daemon{{{.replies = std::move(answers)}}};
        EXPECT_TRUE(loop.wait_for(work(AsyncClient{loop.executor(), daemon.socket_path()})));
        return daemon.stop();
    }

    Loop loop;
};

std::string body(std::string const& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

Awaitable<bool> make_clients(AsyncClient /*unused*/) {
    AsyncClient const plain{co_await asio::this_coro::executor};
    AsyncClient const at_socket{co_await asio::this_coro::executor, "/nonexistent/" + long_name};
    AsyncClient named{co_await asio::this_coro::executor, Options{}.app_name(long_name)};
    AsyncClient const both{co_await asio::this_coro::executor, "/nonexistent/" + long_name,
                           Options{}.app_name(long_name).timeout(1s)};
    co_return co_await AsyncClient{co_await asio::this_coro::executor, "/nonexistent"}.get<bool>(
        long_name, true);
}

TEST_F(CoAwaitTest, ClientsAreMade) { EXPECT_EQ(asked(make_clients, {}).size(), 0U); }

Awaitable<bool> write_objects(AsyncClient settings) {
    auto const one = co_await settings.patch({{"theme", "dark"}});
    auto const nested = co_await settings.patch(
        {{long_name, long_name}, {"font", {{"size", 12}, {"bold", true}, {"of", {{"x", 1.5}}}}}});
    auto const lists =
        co_await settings.patch({{"tags", {long_name, "home"}}, {"n", {1}}, {"none", {}}});
    auto const all = co_await settings.replace({{"a", nullptr}, {"b", Json::array()}}, "7");
    auto const waited = co_await settings.patch({{"theme", "dark"}}, 5s);
    auto const careful = co_await settings.patch({{"a", 1}}, WriteOptions{5s}.only_if("7"));
    co_return one&& nested&& lists&& all&& waited&& careful;
}

TEST_F(CoAwaitTest, ObjectsAreWritten) {
    auto const requests = asked(write_objects, std::vector(6, saved(7)));

    ASSERT_EQ(requests.size(), 6U);
    EXPECT_EQ(json(body(requests[0])), json(R"({"theme":"dark"})"));
    EXPECT_EQ(json(body(requests[1])),
              Json({{long_name, long_name},
                    {"font", {{"size", 12}, {"bold", true}, {"of", {{"x", 1.5}}}}}}));
    EXPECT_EQ(
        json(body(requests[2])),
        Json({{"tags", {long_name, "home"}}, {"n", Json::array({1})}, {"none", Json::object()}}));
    EXPECT_EQ(json(body(requests[3])), json(R"({"settings":{"a":null,"b":[]}})"));
    EXPECT_THAT(requests[4], HasSubstr("Prefer: wait=5\r\n"));
    EXPECT_THAT(requests[5], HasSubstr("If-Match: \"7\"\r\n"));
}

Awaitable<bool> write_values(AsyncClient settings) {
    auto const text = co_await settings.set(long_name, long_name);
    auto const list = co_await settings.set("list", {1, 2.5, long_name});
    auto const short_list = co_await settings.set("list", {long_name});
    auto const object = co_await settings.set("font", {{"size", 12}, {"family", long_name}});
    auto const moved = co_await settings.set("json", Json::parse(R"({"a":[1]})"));
    co_return text&& list&& short_list&& object&& moved;
}

TEST_F(CoAwaitTest, ValuesAreSet) {
    auto const requests = asked(write_values, std::vector(5, saved(7)));

    std::vector<Json> values;
    for (auto const& request : requests)
        values.push_back(json(body(request)).at("edits").at(0).at("value"));
    EXPECT_THAT(
        values,
        ElementsAre(Json(long_name), Json::array({1, 2.5, long_name}), Json::array({long_name}),
                    Json({{"size", 12}, {"family", long_name}}), json(R"({"a":[1]})")));
}

Awaitable<bool> erase_settings(AsyncClient settings) {
    auto const one = co_await settings.erase(long_name);
    auto const two = co_await settings.erase({"a", long_name});
    auto const listed = co_await settings.erase(std::vector<std::string>(2, long_name), "7");
    auto const waited = co_await settings.erase({long_name, long_name + "x"}, 5s);
    co_return one&& two&& listed&& waited;
}

TEST_F(CoAwaitTest, SettingsAreErased) {
    auto const requests = asked(erase_settings, std::vector(4, saved(7)));

    std::vector<Json> keys;
    for (auto const& request : requests) keys.push_back(json(body(request)).at("keys"));
    EXPECT_THAT(keys, ElementsAre(Json::array({long_name}), Json::array({"a", long_name}),
                                  Json::array({long_name, long_name}),
                                  Json::array({long_name, long_name + "x"})));
}

Awaitable<bool> read_settings(AsyncClient settings) {
    auto const text = co_await settings.get<std::string>(long_name, long_name);
    auto const list = co_await settings.get<std::vector<std::string>>(long_name, {});
    auto const missing = co_await settings.get<std::string>("gone." + long_name, "a " + long_name);
    co_return text == "dark" && list.empty() && missing == "a " + long_name;
}

TEST_F(CoAwaitTest, SettingsAreRead) {
    auto const dark = reply(200, R"({"success":true,"value":"dark"})");

    EXPECT_EQ(asked(read_settings, {dark, dark, reply(404, "{}")}).size(), 3U);
}

Awaitable<bool> read_history(AsyncClient settings) {
    auto const all = co_await settings.journal();
    auto const some = co_await settings.journal(JournalQuery{}.path(long_name).since(3).limit(9));
    auto const undone = co_await settings.undo(UndoOrder{7}.burst().wait(5s));
    co_return all&& some&& undone;
}

TEST_F(CoAwaitTest, HistoryIsReadAndUndone) {
    auto const history = reply(200, R"({"success":true,"entries":[]})");
    auto const undone = reply(200, R"({"success":true,"revision":8,"undone":1})");

    auto const requests = asked(read_history, {history, history, undone});

    ASSERT_EQ(requests.size(), 3U);
    EXPECT_THAT(requests[1], HasSubstr("?since=3&limit=9&path=" + long_name));
    EXPECT_EQ(json(body(requests[2])), json(R"({"revision":7,"burst":true})"));
}

Awaitable<bool> edit_settings(AsyncClient settings) {
    std::string const title = long_name;
    auto const rename = [title](std::string& text) { text += title; };
    auto const renamed = co_await settings.edit<std::string>("title", long_name, rename);
    int const by = 2;
    auto const counted = co_await settings.edit<int>("n", 0, [by](int& n) { n += by; });
    auto const all = co_await settings.edit([&](Json& whole) { whole["t"] = title; });
    auto const removed =
        co_await settings.edit("old", [](std::optional<Json>& value) { value.reset(); });
    co_return renamed&& counted&& all&& removed;
}

TEST_F(CoAwaitTest, SettingsAreEdited) {
    auto const requests =
        asked(edit_settings, {no_value, saved(8), one_value("v", "40"), saved(8),
                              snapshot(7, R"({"n":40})"), saved(8), one_value("v", "1"), saved(8)});

    ASSERT_EQ(requests.size(), 8U);
    EXPECT_THAT(requests[1], StartsWith("PUT /v1/settings/title "));
    EXPECT_EQ(json(body(requests[1])), Json(long_name + long_name));
    EXPECT_THAT(requests[3], StartsWith("PUT /v1/settings/n "));
    EXPECT_EQ(json(body(requests[3])), Json(42));
    EXPECT_EQ(json(body(requests[5])),
              Json({{"edits", {{{"path", {"t"}}, {"value", long_name}}}}}));
    EXPECT_THAT(requests[7], StartsWith("DELETE /v1/settings/old "));
}

Awaitable<bool> watch_settings(AsyncClient settings) {
    auto const event = co_await settings.watch(long_name, "3").next();
    co_return event&&* event;
}

TEST_F(CoAwaitTest, ChangesAreWatched) {
    auto const requests = asked(watch_settings, {stream(change(4))});

    EXPECT_THAT(requests, ElementsAre(HasSubstr("/v1/watch?since=3&path=" + long_name)));
}

// What g++ 12 would break does not compile.

struct Font {
    std::string family;
};

template <class T>
concept AFallbackInPlace = requires(AsyncClient& settings, T fallback) {
    settings.get<T>("", std::move(fallback));
};
template <class T>
concept ANamedFallback = requires(AsyncClient& settings, T const& fallback) {
    settings.get<T>("", fallback);
};
template <class F>
concept AnEditInPlace = requires(AsyncClient& settings, F change) {
    settings.edit(std::move(change));
};
template <class F>
concept ANamedEdit = requires(AsyncClient& settings, F& change) {
    settings.edit(change);
};

static_assert(AFallbackInPlace<std::string> && AFallbackInPlace<int>);
static_assert(!AFallbackInPlace<Font> && ANamedFallback<Font>);

auto const with_a_string = [text = long_name](Json& settings) { settings["t"] = text; };
auto const with_a_number = [number = 7](Json& settings) { settings["n"] = number; };
static_assert(!AnEditInPlace<std::remove_cv_t<decltype(with_a_string)>>);
static_assert(ANamedEdit<decltype(with_a_string)>);
static_assert(AnEditInPlace<std::remove_cv_t<decltype(with_a_number)>>);

}  // namespace
}  // namespace settings::client
