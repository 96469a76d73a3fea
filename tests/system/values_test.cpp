// One value by its own path: put, removed and edited under a condition on that value alone.

#include <array>
#include <atomic>
#include <thread>

#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using client::Errc;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char const* ok = "HTTP/1.1 200 ";
constexpr char const* not_modified = "HTTP/1.1 304 ";
constexpr char const* stale = "HTTP/1.1 412 ";

class ValuesTest : public SystemTest {
  protected:
    void SetUp() override { boot(); }

    /// One request about a value; the whole answer.
    std::string call(std::string const& method, std::string const& path,
                     std::string const& body = {}, std::string const& field = {}) {
        auto text = request(method, "/v1/settings/" + path, body);
        if (!field.empty()) text.insert(text.find("\r\n") + 2, field + "\r\n");
        return exchange(device().socket(), text);
    }

    /// The ETag of a value, quotes and all.
    std::string tag_of(std::string const& path) { return etag_in(call("GET", path)); }

    /// The ETag in an answer, quotes and all; empty when it has none.
    static std::string etag_in(std::string const& answer) {
        std::string_view const name = "\r\nETag: ";
        auto const at = answer.find(name);
        if (at == answer.npos) return {};
        auto const begin = at + name.size();
        return answer.substr(begin, answer.find("\r\n", begin) - begin);
    }

    Client client() { return Client{device().socket()}; }
};

TEST_F(ValuesTest, AValueIsPutReadAndRemovedByItsPath) {
    auto const put = call("PUT", "editor/font", R"({"size":12})");
    EXPECT_THAT(put, StartsWith(ok));
    EXPECT_EQ(etag_in(put), tag_of("editor.font"));
    EXPECT_THAT(call("PUT", "editor.font", R"({"family":"mono"})"), StartsWith(ok));
    EXPECT_EQ(device().document(), Json({{"editor", {{"font", {{"family", "mono"}}}}}}));

    EXPECT_THAT(call("DELETE", "editor.font"), StartsWith(ok));
    EXPECT_THAT(call("DELETE", "editor.font"), StartsWith(ok)) << "as for any path of a removal";
    EXPECT_EQ(device().document(), Json({{"editor", Json::object()}}));
    expect_sync(device());
    EXPECT_EQ(server->document(), device().document());
}

TEST_F(ValuesTest, AConditionIsOnTheValueAlone) {
    patch(device(), {{"theme", "dark"}, {"other", 1}});
    auto const dark = tag_of("theme");

    patch(device(), {{"other", 2}});
    EXPECT_EQ(tag_of("theme"), dark);
    EXPECT_THAT(call("GET", "theme", {}, "If-None-Match: " + dark), StartsWith(not_modified));
    EXPECT_THAT(call("PUT", "theme", "\"light\"", "If-Match: " + dark), StartsWith(ok));

    auto const late = call("PUT", "theme", "\"blue\"", "If-Match: " + dark);
    EXPECT_THAT(late, StartsWith(stale));
    EXPECT_EQ(etag_in(late), tag_of("theme"));
    EXPECT_THAT(call("DELETE", "theme", {}, "If-Match: " + dark), StartsWith(stale));
    EXPECT_THAT(call("PUT", "theme", "\"blue\"", "If-Match: " + etag_in(late)), StartsWith(ok));
    EXPECT_EQ(device().document().at("theme"), "blue");
}

TEST_F(ValuesTest, AStarWantsAValueOrNone) {
    EXPECT_THAT(call("PUT", "theme", "1", "If-Match: *"), StartsWith(stale));
    EXPECT_THAT(call("DELETE", "theme", {}, "If-Match: *"), StartsWith(stale));
    EXPECT_THAT(call("PUT", "theme", "1", "If-None-Match: *"), StartsWith(ok));
    EXPECT_THAT(call("PUT", "theme", "2", "If-None-Match: *"), StartsWith(stale));
    EXPECT_THAT(call("PUT", "theme", "3", "If-Match: *"), StartsWith(ok));
    EXPECT_EQ(device().document().at("theme"), 3);
}

TEST_F(ValuesTest, TheTagOfTheDocumentNamesTheValueAsWell) {
    patch(device(), {{"theme", "dark"}});
    auto const tag = '"' + client().snapshot().value().tag + '"';

    EXPECT_THAT(call("GET", "theme", {}, "If-None-Match: " + tag), StartsWith(not_modified));
    EXPECT_THAT(call("PUT", "theme", "1", "If-Match: " + tag), StartsWith(ok));
    EXPECT_THAT(call("PUT", "theme", "2", "If-Match: " + tag), StartsWith(stale));
    EXPECT_EQ(device().document().at("theme"), 1);
}

TEST_F(ValuesTest, OfManyWhoPutAtOnceUnderOneTagOneSucceeds) {
    patch(device(), {{"theme", "dark"}});
    auto const field = "If-Match: " + tag_of("theme");
    std::atomic<int> made = 0;
    std::array<std::thread, 8> writers;
    for (std::size_t number = 0; number < writers.size(); ++number)
        writers[number] = std::thread{[&, number] {
            auto const answer = call("PUT", "theme", std::to_string(number), field);
            if (answer.starts_with(ok)) ++made;
        }};
    for (auto& writer : writers) writer.join();

    EXPECT_EQ(made.load(), 1);
    EXPECT_EQ(device().status().revision, 2);
}

TEST_F(ValuesTest, AReceiptTellsWhenTheServerHasTheValue) {
    auto const answer = call("PUT", "theme", "\"dark\"", "Prefer: wait=60");

    EXPECT_THAT(answer, HasSubstr("Preference-Applied: wait=60"));
    EXPECT_THAT(body_of(answer), HasSubstr(R"("synced":true)"));
    EXPECT_EQ(server->document(), Json({{"theme", "dark"}}));
}

TEST_F(ValuesTest, AnEditOfOneSettingIsNotDisturbedByEditsOfOthers) {
    patch(device(), {{"count", 1}, {"other", 0}});
    auto app = client();
    int runs = 0;

    auto const saved = app.edit<int>("count", 0, [&](int& count) {
        patch(device(), {{"other", ++runs}});
        ++count;
    });

    EXPECT_TRUE(saved);
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(device().document(), Json({{"count", 2}, {"other", 1}}));
}

TEST_F(ValuesTest, AnEditOfOneSettingBeginsAnewWhereThatSettingChanged) {
    auto app = client();
    int runs = 0;
    auto const count_up = [&](int& count) {
        if (++runs == 1) patch(device(), {{"count", 40}});
        ++count;
    };

    EXPECT_TRUE(app.edit<int>("count", 0, count_up));
    EXPECT_EQ(runs, 2);
    runs = 0;
    EXPECT_TRUE(app.edit<int>("count", 0, count_up)) << "40 again, and then 41";
    EXPECT_EQ(device().document(), Json({{"count", 41}}));
    EXPECT_EQ(app.get<int>("count", 0), 41) << "reads what was written";
}

TEST_F(ValuesTest, ManyAppsThatCountOneSettingLoseNoStep) {
    std::array<std::thread, 4> apps;
    for (auto& app : apps)
        app = std::thread{[this] {
            Client counter{device().socket()};
            for (int n = 0; n < 25; ++n)
                while (!counter.edit<int>("shared.count", 0, [](int& count) { ++count; })) continue;
        }};
    for (auto& app : apps) app.join();

    EXPECT_EQ(device().document(), Json({{"shared", {{"count", 100}}}}));
}

TEST_F(ValuesTest, AnEditMayTakeMembersAwayAndChangeALittleOfMuch) {
    Json const half(std::string(700'000, 'x'));
    patch(device(), {{"large", {{"a", half}, {"n", 1}, {"old", true}}}});
    patch(device(), {{"large", {{"b", half}}}});
    auto app = client();

    auto const saved = app.edit<Json>("large", Json::object(), [](Json& large) {
        large["n"] = 2;
        large.erase("old");
    });

    EXPECT_TRUE(saved) << saved.error().message();
    EXPECT_EQ(device().document(), Json({{"large", {{"a", half}, {"b", half}, {"n", 2}}}}));
}

TEST_F(ValuesTest, AnEditThroughAPlainValueIsRefused) {
    patch(device(), {{"theme", "dark"}});
    auto app = client();

    auto const refused = app.edit<int>("theme.size", 0, [](int& size) { ++size; });

    EXPECT_EQ(refused.error().code(), Errc::conflict);
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
}

}  // namespace
}  // namespace settings::system_test
