// The history of the settings, and undo, from the local API to the server.

#include <ctime>
#include <thread>

#include "tests/support/programs.h"
#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HistoryTest : public SystemTest {
  protected:
    Json undo(Json const& order) { return ask(device(), "POST", "/v1/undo", order); }

    Json entries(std::string const& query = {}) {
        return ask(device(), "GET", "/v1/journal" + query).at("entries");
    }

    /// As the history tells times.
    static std::string now() {
        std::time_t const seconds = std::time(nullptr);
        char text[32];
        return {text,
                std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&seconds))};
    }

    static std::vector<int> revisions(Json const& entries) {
        std::vector<int> list;
        for (auto const& entry : entries) list.push_back(entry.at("revision"));
        return list;
    }

    /// That the server comes to hold what apps see here, and that this is it.
    void expect_everywhere(Json const& document) {
        EXPECT_EQ(device().document(), document);
        expect_sync(device());
        EXPECT_EQ(server->document(), document);
    }
};

TEST_F(HistoryTest, ASingleChangeIsTakenBackHereAndAtTheServer) {
    boot();
    patch(device(), {{"theme", "light"}, {"volume", 1}});
    patch(device(), {{"theme", "dark"}});
    patch(device(), {{"volume", 2}});
    expect_sync(device());
    server->forget_requests();

    auto const undone = undo({{"revision", 2}});

    EXPECT_EQ(undone.at("revision"), 4);
    EXPECT_EQ(undone.at("undone"), 1);
    expect_everywhere({{"theme", "light"}, {"volume", 2}});
    ASSERT_EQ(server->writes().size(), 1U);
    EXPECT_EQ(server->writes()[0].body, Json({{"theme", "light"}}));
}

TEST_F(HistoryTest, AnUndoIsUndone) {
    boot();
    patch(device(), {{"theme", "light"}});
    patch(device(), {{"theme", "dark"}, {"new", {{"a", 1}}}});
    undo({{"revision", 2}});
    expect_everywhere({{"theme", "light"}});

    undo({{"revision", 3}});

    expect_everywhere({{"theme", "dark"}, {"new", {{"a", 1}}}});
    EXPECT_EQ(entries().at(2).at("origin"), "undo");
}

TEST_F(HistoryTest, ABurstOfAnAppIsTakenBackAndNothingElse) {
    boot();
    patch(device(), {{"theme", "light"}});
    for (auto const* edit : {"theme=dark", "font=mono", "size=12"}) ctl({"set", edit});
    patch(device(), {{"other", 1}});
    expect_sync(device());

    auto const undone = undo({{"revision", 3}, {"burst", true}});

    EXPECT_EQ(undone.at("undone"), 3);
    expect_everywhere({{"theme", "light"}, {"other", 1}});
}

TEST_F(HistoryTest, EverythingSinceATimeIsTakenBackWhereverItCameFrom) {
    boot();
    patch(device(), {{"theme", "light"}, {"old", 1}});
    expect_sync(device());
    // Times are told in whole seconds: what comes next has to be in another one.
    auto const before = entries().back().at("at").get<std::string>();
    expect_eventually([&] { return now() > before; }, true);
    auto const moment = now();
    server->set_document({{"theme", "light"}, {"old", 1}, {"far", 1}});
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());
    ASSERT_EQ(device().document(), Json({{"theme", "dark"}, {"old", 1}, {"far", 1}}));

    undo({{"since", moment}});

    expect_everywhere({{"theme", "light"}, {"old", 1}});
}

TEST_F(HistoryTest, ALaterChangeIsNotOverwrittenUnlessForced) {
    boot();
    patch(device(), {{"theme", "light"}});
    patch(device(), {{"theme", "dark"}});

    auto const refused = undo({{"revision", 1}});
    EXPECT_EQ(refused.at("success"), false);
    EXPECT_THAT(refused.at("message").get<std::string>(), HasSubstr("\"theme\" was changed again"));
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));

    undo({{"revision", 1}, {"force", true}});
    EXPECT_EQ(device().document(), Json::object());
}

TEST_F(HistoryTest, TheHistoryTellsWhoDidWhat) {
    boot();
    ctl({"set", "a.b=1"});
    server->set_document({{"a", {{"b", 1}}}, {"far", 1}});
    expect_sync(device());

    auto const list = entries();

    ASSERT_EQ(revisions(list), (std::vector{1, 2}));
    EXPECT_EQ(list[0].at("origin"), "app");
    EXPECT_EQ(list[0].at("app").at("uid"), getuid());
    EXPECT_EQ(list[0].at("app").at("executable"), program("settingsctl"));
    EXPECT_EQ(list[0].at("changes"), Json::parse(R"([{"path":"a","new":{"b":1}}])"));
    EXPECT_EQ(list[1].at("origin"), "remote");
    EXPECT_FALSE(list[1].contains("app"));
}

TEST_F(HistoryTest, TheHistoryIsReadInPages) {
    boot();
    for (int i = 1; i <= 1'200; ++i) patch(device(), {{i % 100 == 0 ? "rare" : "often", i}});

    auto const newest = ask(device(), "GET", "/v1/journal");
    EXPECT_EQ(newest.at("entries").size(), 100U);
    EXPECT_EQ(newest.at("entries").back().at("revision"), 1'200);
    EXPECT_EQ(newest.at("oldest"), 1);
    EXPECT_EQ(newest.at("revision"), 1'200);
    EXPECT_EQ(newest.at("more"), true);

    EXPECT_EQ(revisions(entries("?since=3&limit=2")), (std::vector{4, 5}));
    EXPECT_EQ(revisions(entries("?path=rare&limit=3")), (std::vector{1'000, 1'100, 1'200}));
    EXPECT_EQ(revisions(entries("?path=rare&since=0&limit=2")), (std::vector{100, 200}));
    EXPECT_EQ(ask(device(), "GET", "/v1/journal?since=1198").at("more"), false);
    EXPECT_EQ(ask(device(), "GET", "/v1/journal?path=rare&limit=12").at("more"), false);
    EXPECT_EQ(ask(device(), "GET", "/v1/journal?path=rare&limit=11").at("more"), true);
}

// Receipts ---------------------------------------------------------------------------------------

class ReceiptsTest : public SystemTest {
  protected:
    /// The whole answer to an edit that prefers to wait.
    std::string put(std::string const& body, std::string const& wait) {
        return exchange(device().socket(),
                        "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        "Prefer: wait=" +
                            wait + "\r\nContent-Length: " + std::to_string(body.size()) +
                            "\r\n\r\n" + body);
    }
};

TEST_F(ReceiptsTest, ComeOnceTheServerHasTheEdit) {
    boot();

    auto const answer = put(R"({"theme":"dark"})", "60");

    EXPECT_THAT(answer, HasSubstr("\r\nPreference-Applied: wait=60\r\n"));
    EXPECT_EQ(Json::parse(body_of(answer)).at("synced"), true);
    EXPECT_EQ(server->document(), Json({{"theme", "dark"}}));
}

TEST_F(ReceiptsTest, SayWhyNotWhenTheTimeIsOver) {
    boot();
    server->set_online(false);

    auto const answer = Json::parse(body_of(put(R"({"theme":"dark"})", "1")));

    EXPECT_EQ(answer.at("success"), true);
    EXPECT_EQ(answer.at("synced"), false);
    EXPECT_NE(answer.at("reason"), "");
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
}

TEST_F(ReceiptsTest, DoNotWaitForWhatOnlyAPersonCanMend) {
    boot();
    ctl({"pause"});
    EXPECT_EQ(Json::parse(body_of(put(R"({"theme":"dark"})", "3600"))).at("reason"),
              "paused by a person");
    ctl({"resume"});

    server->set_faults("refuse key poison");
    auto const refused = Json::parse(body_of(put(R"({"poison":1})", "3600")));
    EXPECT_EQ(refused.at("synced"), false);
    EXPECT_THAT(refused.at("reason").get<std::string>(), HasSubstr("rejected"));
}

TEST_F(ReceiptsTest, AnEditThatWasReplacedBeforeTheServerHadItIsNotSynced) {
    boot();
    server->set_online(false);
    std::jthread replacing{[this] {
        expect_eventually([&] { return device().document().value("theme", ""); }, "light");
        patch(device(), {{"theme", "dark"}});
    }};

    auto const answer = put(R"({"theme":"light"})", "60");
    replacing.join();

    EXPECT_EQ(Json::parse(body_of(answer)).at("synced"), false);
    EXPECT_THAT(body_of(answer), HasSubstr("changed again before the server had it"));
}

TEST_F(ReceiptsTest, AnotherAppsEditDoesNotMatter) {
    boot();
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());
    server->set_faults("refuse key poison");
    patch(device(), {{"poison", 1}});
    expect_eventually([&] { return device().status().rejected.size(); }, 1U);

    EXPECT_EQ(Json::parse(body_of(put(R"({"theme":"dark"})", "60"))).at("synced"), true);
}

TEST_F(ReceiptsTest, AnUndoHasOneToo) {
    boot();
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());

    auto const answer = exchange(device().socket(),
                                 "POST /v1/undo HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=60\r\n"
                                 "Connection: close\r\nContent-Length: 14\r\n\r\n{\"revision\":1}");

    EXPECT_EQ(Json::parse(body_of(answer)).at("synced"), true);
    EXPECT_EQ(server->document(), Json::object());
}

TEST_F(ReceiptsTest, ComeWithAStopAsWell) {
    boot();
    server->set_online(false);
    std::string answer;
    std::jthread waiting{[&] { answer = put(R"({"theme":"light"})", "3600"); }};
    expect_eventually([&] { return device().document().size(); }, 1U);

    device().stop();
    waiting.join();

    EXPECT_THAT(body_of(answer), HasSubstr(R"("synced":false,"reason":"settingsd is stopping")"));
}

TEST_F(ReceiptsTest, AnEditThatChangesNothingIsWhereTheServerHasIt) {
    boot();
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());

    EXPECT_EQ(Json::parse(body_of(put(R"({"theme":"dark"})", "60"))).at("synced"), true);
}

}  // namespace
}  // namespace settings::system_test
