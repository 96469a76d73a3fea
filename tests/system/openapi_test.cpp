// The description of the local API against what the daemon does: each status that is named for a
// call is brought about, none comes that is not named, and the bodies are as described.

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "tests/support/small_disk.h"
#include "tests/system/support/description.h"
#include "tests/system/support/nginx.h"
#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

std::set<int> const of_any_call{400, 403, 408, 413, 415, 417, 431, 501, 503};
std::set<int> const of_success{200, 304};
std::set<int> const of_what_is_there{401, 404, 409, 412, 502};
std::set<int> const of_a_broken_disk{500};
std::set<int> const of_a_full_disk{507};

std::string const poison = "poison";

std::string const other = "b@example.org";
std::vector<std::string> const two_users{"--user",
                                         std::string{Emulator::email} + ':' + Emulator::password,
                                         "--user", other + ":busy-bees"};

class OpenapiTest : public SystemTest {
  protected:
    /// Sends the bytes of a request for an operation; holds the answer against the description.
    Response ask(std::string const& operation, std::string const& bytes) {
        return take(operation, exchange(door(), bytes));
    }

    /// Where requests go.
    [[nodiscard]] std::filesystem::path door() {
        return nginx ? nginx->socket() : device().socket();
    }

    Response take(std::string const& operation, std::string const& bytes) {
        auto response = parse_response(bytes);
        EXPECT_EQ(description.difference(operation, response), "")
            << operation << " gave " << response.status << ": " << response.body;
        seen.emplace(operation, response.status);
        return response;
    }

    Response call(std::string const& operation, std::string const& body = {},
                  std::string const& fields = {}, std::string const& query = {}) {
        return ask(operation, head(operation, fields + length(body), query) + "\r\n" + body);
    }

    /// A header but for its end. A {path} is that of a setting.
    static std::string head(std::string const& operation, std::string const& fields = {},
                            std::string const& query = {}) {
        auto line = operation + query;
        if (auto const at = line.find("{path}"); at != std::string::npos)
            line.replace(at, std::string_view{"{path}"}.size(), "theme");
        return line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields;
    }

    static std::string length(std::string const& body) {
        return body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }

    /// That what was seen of these statuses is just what is named.
    void expect_seen(std::set<int> const& statuses) const {
        std::set<Description::Named> named;
        for (auto const& each : description.named())
            if (statuses.contains(each.second)) named.insert(each);
        std::set<Description::Named> answered;
        for (auto const& each : seen)
            if (statuses.contains(each.second)) answered.insert(each);
        EXPECT_EQ(answered, named);
    }

    /// A device that has something of each kind that waits for a person.
    void undecide() {
        server->set_faults("refuse key " + poison);
        patch(device(), {{"theme", "dark"}, {poison, 1}});
        expect_eventually([&] { return device().status().rejected.size(); }, 1U);
        expect_eventually([&] { return server->document(); }, Json({{"theme", "dark"}}));
        expect_rest(device());  // or else a round that is under way takes the next edit along
        call("POST /v1/pause");
        server->set_document({{"theme", "blue"}, {"far", {{"a", 1}, {"b", 1}, {"c", 1}}}});
        patch(device(), {{"theme", "light"}});
        call("POST /v1/resume");
        expect_eventually([&] { return device().status().conflicts; }, 1U);
        expect_eventually([&] { return device().status().pending; }, 0U);
        empty_the_account();
    }

    /// A device that only has a document of the server that waits.
    void have_something_held() {
        expect_sync(device());
        auto document = server->document();
        for (auto const* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) document["far"][name] = 1;
        server->set_document(document);
        expect_sync(device());
        empty_the_account();
    }

    void empty_the_account() {
        server->set_document(Json::object());
        call("POST /v1/sync");
        expect_eventually([&] { return device().status().review.has_value(); }, true);
    }

    /// Gives the device the token of another account, whose document waits for a person then.
    void become_another() {
        device().put_token(server->mint(3600, other));
        expect_eventually([&] { return device().status().waits_for; }, "account");
    }

    void read_everything() {
        auto const tag = "If-None-Match: \"" + device().client().snapshot().value().tag + "\"\r\n";
        for (auto const* operation : {"GET /settings/user", "GET /v1/settings/{path}"}) {
            call(operation);
            call(operation, {}, tag);
        }
        for (auto const* operation :
             {"GET /v1/journal", "GET /v1/status", "GET /v1/difference", "GET /v1/conflicts",
              "GET /v1/rejected", "GET /v1/review", "GET /v1/configuration", "GET /metrics",
              "GET /v1/openapi.json"})
            call(operation);
        for (std::string const path : {"theme", poison.c_str(), "nowhere"})
            call("GET /v1/explain", {}, {}, "?path=" + path);
    }

    void decide_everything() {
        call("POST /v1/sync", {}, {}, "?wait=1");
        call("POST /v1/walk");
        call("POST /v1/rejected", R"({"action":"retry"})");
        call("POST /v1/conflicts", R"({"action":"restore","id":1})");
        call("POST /v1/review", R"({"action":"refuse","keys":["far"]})");
        call("POST /v1/review", R"({"action":"refuse"})");
        call("DELETE /v1/notice");
        call("PUT /v1/credentials",
             Json{{"email", Emulator::email}, {"password", Emulator::password}}.dump());
        device().entrust_what_is_stored();
        call("DELETE /v1/credentials");
        have_a_link_mailed();
    }

    /// Without a round in between, whose token it would be for.
    void have_a_link_mailed() {
        call("POST /v1/pause");
        server->set_account({{"magicLink", true}});
        begin_login();
        call("POST /v1/credentials", R"({"action":"mail-link"})");
        server->set_account(Json::object());
        call("POST /v1/resume");
    }

    /// Of an account with a second factor.
    void begin_login() {
        call("PUT /v1/credentials",
             Json{{"email", Emulator::email}, {"password", Emulator::password}}.dump());
    }

    void write_everything() {
        call("PUT /settings/user", R"({"a.b":1})");
        call("PUT /settings/user", R"({"theme":1})", "Prefer: wait=0\r\n");
        call("POST /v1/undo", R"({"revision":1,"force":true})", "Prefer: wait=30\r\n");
        call("DELETE /settings/user", R"({"keys":["theme"]})");
        call("POST /settings/user", R"({"settings":{"theme":"light"}})");
        call("PATCH /v1/settings", R"({"edits":[{"path":"font.size","value":12}]})");
        call("PATCH /v1/settings", R"({"edits":[{"path":"font"}]})", "Prefer: wait=0\r\n");
        call("PUT /v1/settings/{path}", R"("blue")", "Prefer: wait=0\r\n");
        call("DELETE /v1/settings/{path}");
        call("PUT /v1/settings/{path}", R"({"name":"blue"})", "If-None-Match: *\r\n");
    }

    /// As the owner of an organization; leaves it at the end.
    void use_organization() {
        server->set_account({{"organization", "acme"}, {"role", "OWNER"}});
        call("GET /settings/organization");
        call("PUT /settings/organization", R"({"a":1})");
        call("GET /v1/journal");
        call("DELETE /settings/organization", R"({"keys":["a"]})");
        call("POST /settings/organization", R"({"settings":{"b":1}})");
        server->set_account(Json::object());
    }

    void call_for_organization() {
        call("GET /settings/organization");
        call("PUT /settings/organization", "{}");
        call("POST /settings/organization", R"({"settings":{}})");
        call("DELETE /settings/organization", R"({"keys":["a"]})");
    }

    /// That each event of a stream is described; says how many there are of that name.
    int expect_events(std::string const& stream, std::string_view name,
                      std::string const& schema) const {
        constexpr std::string_view data = "data: ";
        auto const event = "event: " + std::string{name} + '\n';
        int count = 0;
        for (auto from = stream.find(event); from != std::string::npos;
             from = stream.find(event, from + 1), ++count) {
            auto const at = stream.find(data, from) + data.size();
            auto const text = stream.substr(at, stream.find('\n', at) - at);
            EXPECT_EQ(description.difference_from(schema, Json::parse(text)), "") << text;
        }
        return count;
    }

    /// Watchers on all the connections that the daemon has room for: none of these gives way. Who
    /// is refused takes a place for a moment, too, so that one refusal proves nothing.
    std::deque<RawConnection> crowd() {
        constexpr int enough = 20;
        // A round of the sync would open files and a connection, and leave their places later.
        device().client().pause().value();
        device().stop();
        device().start({"prlimit", "--nofile=64:64"});
        std::deque<RawConnection> watchers;
        for (int refusals = 0; refusals < enough;) {
            auto& one = watchers.emplace_back(device().socket());
            one.send(head("GET /v1/watch") + "\r\n");
            bool const is_refused = one.receive_until("\r\n\r\n").starts_with("HTTP/1.1 503");
            refusals = is_refused ? refusals + 1 : 0;
            if (is_refused) watchers.pop_back();
        }
        return watchers;
    }

    Description const description{DESCRIPTION};
    std::set<Description::Named> seen;
    std::optional<Nginx> nginx;  ///< in front of the socket
};

/// Every call, at the socket itself and through a reverse proxy.
class ReachedOpenapiTest : public OpenapiTest, public testing::WithParamInterface<char const*> {
  protected:
    void SetUp() override {
        if (!is_proxied() || Nginx::is_installed()) return boot();
        constexpr char const* missing = "nginx is not installed: script/setup nginx-light";
        char const* const clients = std::getenv("CLIENTS");
        if (clients != nullptr && std::string_view{clients} == "required") FAIL() << missing;
        GTEST_SKIP() << missing;
    }

    void boot() {
        OpenapiTest::boot();
        if (is_proxied()) nginx.emplace(EXAMPLE, folder / "nginx", device().socket());
    }

    [[nodiscard]] static bool is_proxied() { return std::string_view{GetParam()} == "Nginx"; }
};

INSTANTIATE_TEST_SUITE_P(At, ReachedOpenapiTest, testing::Values("Socket", "Nginx"),
                         [](auto const& at) { return std::string{at.param}; });

TEST_F(OpenapiTest, NamesNoStatusThatIsNotTriedHere) {
    std::set<int> tried;
    for (auto const& statuses :
         {of_any_call, of_success, of_what_is_there, of_a_broken_disk, of_a_full_disk})
        tried.insert(statuses.begin(), statuses.end());
    std::set<int> named;
    for (auto const& each : description.named()) named.insert(each.second);

    EXPECT_EQ(named, tried);
}

TEST_F(OpenapiTest, WhatCanHappenToAnyCallIsNamed) {
    boot();
    std::deque<RawConnection> slow;
    for (auto const& operation : description.operations())
        slow.emplace_back(device().socket()).send(head(operation));

    for (auto const& operation : description.operations()) {
        call(operation, {}, {}, "?nonsense=1");
        for (std::string const fields :
             {"Origin: https://x.example\r\n", "Content-Length: 2000000\r\n",
              "Content-Encoding: gzip\r\n", "Expect: miracles\r\n", "Transfer-Encoding: gzip\r\n"})
            call(operation, {}, fields);
        call(operation, {}, "X-Long: " + std::string(20'000, 'x') + "\r\n");
    }

    auto connection = slow.begin();
    for (auto const& operation : description.operations())
        take(operation, (connection++)->receive_all());

    {
        auto const others = crowd();
        for (auto const& operation : description.operations()) call(operation);
    }
    eventually("the daemon has seen them go", [this] { return bool(device().client().status()); });

    expect_seen(of_any_call);
}

TEST_P(ReachedOpenapiTest, WhatSucceedsIsDescribed) {
    undecide();
    RawConnection watcher{door()};
    // Of an older version, for which a proxy does not cut the stream into chunks.
    watcher.send("GET /v1/watch?since=0 HTTP/1.0\r\n\r\n");

    read_everything();
    use_organization();
    decide_everything();
    write_everything();
    expect_sync(device());
    read_everything();
    device().stop();
    auto const events = take("GET /v1/watch", watcher.receive_all()).body;

    EXPECT_GT(expect_events(events, "change", "Entry"), 5);
    EXPECT_GE(expect_events(events, "organization", "OrganizationChange"), 3);
    expect_seen(of_success);
}

TEST_F(OpenapiTest, TheDaemonTellsTheDescriptionItself) {
    boot();

    EXPECT_EQ(call("GET /v1/openapi.json").body, read_text(DESCRIPTION));
}

TEST_P(ReachedOpenapiTest, WhatDoesNotFitWhatIsThereIsNamed) {
    patch(device(), {{"font", 1}});
    patch(device(), {{"font", 2}});

    call("GET /v1/settings/{path}");
    call("POST /v1/conflicts", R"({"action":"discard","id":1})");
    call("POST /v1/rejected", R"({"action":"discard","key":"font"})");
    call("POST /v1/undo", R"({"revision":3})");
    call("POST /v1/undo", R"({"revision":1})");
    call("POST /v1/review", R"({"action":"apply"})");
    std::string const stale = "If-Match: \"1\"\r\n";
    call("PUT /settings/user", "{}", stale);
    call("POST /settings/user", R"({"settings":{}})", stale);
    call("DELETE /settings/user", R"({"keys":["font"]})", stale);
    call("POST /v1/undo", R"({"revision":1})", stale);
    call("PATCH /v1/settings", R"({"edits":[{"path":"font"}]})", stale);
    call("PATCH /v1/settings", R"({"edits":[{"path":"font.size","value":1}]})");
    patch(device(), {{"theme", 1}});
    call("GET /settings/user", {}, stale);
    call("GET /v1/settings/{path}", {}, stale);
    call("PUT /v1/settings/{path}", "2", stale);
    call("DELETE /v1/settings/{path}", {}, stale);
    ask("PUT /v1/settings/{path}", request("PUT", "/v1/settings/font.size", "1"));
    for (std::string const method : {"PUT", "POST", "DELETE"})
        call(method + " /settings/organization", "{}", stale);
    call("POST /v1/conflicts", R"({"action":"discard","id":1})", stale);
    call("POST /v1/rejected", R"({"action":"retry"})", stale);
    have_something_held();
    call("POST /v1/review", R"({"action":"apply","keys":["nowhere"]})");
    call("POST /v1/review", R"({"action":"apply","keys":["font"]})", stale);
    server->set_faults("answer 401 on organization forever");
    call_for_organization();
    server->set_faults("clear");
    call_for_organization();
    call("PUT /v1/credentials", R"({"mfaCode":"123456"})");
    call("POST /v1/credentials", R"({"action":"mail-link"})");
    server->set_account({{"passkey", true}});
    begin_login();
    call("POST /v1/credentials", R"({"action":"mail-link"})");
    server->kill();
    call("POST /v1/credentials", R"({"action":"mail-link"})");
    call("PUT /v1/credentials", R"({"email":"a@example.org","password":"b"})");

    expect_seen(of_what_is_there);
}

TEST_F(OpenapiTest, WhatABrokenDiskDoesIsNamed) {
    boot(two_users);
    become_another();
    server->set_faults("answer 500 on organization forever");
    call_for_organization();
    auto const file = device().store() / "settings.db";
    auto const elsewhere = device().store() / "elsewhere";
    call("POST /v1/pause");
    std::filesystem::rename(file, elsewhere);
    call("PUT /settings/user", R"({"theme":1})");
    call("POST /settings/user", R"({"settings":{"theme":1}})");
    call("DELETE /settings/user", R"({"keys":["theme"]})");
    call("PATCH /v1/settings", R"({"edits":[{"path":"theme"}]})");
    call("PUT /v1/settings/{path}", "1");
    call("DELETE /v1/settings/{path}");
    call("POST /v1/undo", R"({"revision":1})");
    call("POST /v1/conflicts", R"({"action":"restore","id":1})");
    call("POST /v1/rejected", R"({"action":"retry"})");
    call("POST /v1/review", R"({"action":"merge"})");
    call("POST /v1/resume");
    call("POST /v1/pause");
    call("DELETE /v1/notice");
    std::filesystem::rename(elsewhere, file);

    // Readers look at the files again after an edit, find nothing in them, and all begins anew.
    auto const starts = [this] {
        auto const log = device().log();
        std::string_view const word = " serving ";
        int count = 0;
        for (auto at = log.find(word); at != log.npos; at = log.find(word, at + 1)) ++count;
        return count;
    };
    // Nor may a round of the sync be what finds it, for it would write.
    auto const find_nothing = [&](char const* operation, std::string const& query = {}) {
        device().client().pause().value();
        eventually("no round is under way", [&] { return device().status().state == "paused"; });
        patch(device(), {{"theme", operation}});
        auto const before = starts();
        std::filesystem::resize_file(file, 0);
        call(operation, {}, {}, query);
        eventually("the store is salvaged",
                   [&] { return starts() > before && device().client().status().has_value(); });
    };
    for (auto const* operation :
         {"GET /v1/journal", "GET /v1/status", "GET /v1/difference", "POST /v1/sync",
          "GET /v1/conflicts", "GET /v1/rejected", "GET /v1/review", "GET /metrics"})
        find_nothing(operation);
    find_nothing("GET /v1/explain", "?path=theme");
    device().kill();

    expect_seen(of_a_broken_disk);
}

TEST_F(OpenapiTest, WhatAFullDiskDoesIsNamed) {
    serve(two_users);
    auto& made = make_device("a");
    std::optional<SmallDisk> disk;
    try {
        disk.emplace(made.store());
    } catch (std::system_error const& error) {
        GTEST_SKIP() << error.what();
    }
    made.start();
    made.stop();
    // The store seems to come from elsewhere, which is told until it is dismissed.
    std::filesystem::remove(made.store() / "settings.db-revision");
    made.start();
    undecide();
    become_another();
    // Nothing takes a file's place where a folder is.
    std::filesystem::create_directory(made.credentials());
    disk->fill();

    call("PUT /settings/user", R"({"theme":1})");
    call("POST /settings/user", R"({"settings":{"theme":1}})");
    call("DELETE /settings/user", R"({"keys":["theme"]})");
    call("PATCH /v1/settings", R"({"edits":[{"path":"theme"}]})");
    call("PUT /v1/settings/{path}", "1");
    call("DELETE /v1/settings/{path}");
    call("POST /v1/undo", R"({"revision":1,"force":true})");
    call("POST /v1/conflicts", R"({"action":"restore","id":1})");
    call("POST /v1/rejected", R"({"action":"retry"})");
    call("POST /v1/review", R"({"action":"merge"})");
    call("POST /v1/pause");
    call("POST /v1/resume");
    call("DELETE /v1/notice");
    call("PUT /v1/credentials", Json{{"accessToken", server->token()}}.dump());
    call("DELETE /v1/credentials");

    expect_seen(of_a_full_disk);
    auto const refused = device().client().patch({{"theme", 1}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), client::Errc::storage);
}

}  // namespace
}  // namespace settings::system_test
