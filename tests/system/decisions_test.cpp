// What waits for a person, from the command line through the daemon to the server and back.

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class DecisionsTest : public SystemTest {
  protected:
    /// A device whose value for "poison" the server refuses; the server holds `document`.
    void boot_with_poison(Json const& document = Json::object()) {
        boot();
        server->set_document(document);
        expect_sync(device());
        server->set_faults("refuse key poison");
        ctl({"set", "poison=1"});
        expect_eventually([&] { return device().status().rejected.size(); }, 1U);
    }

    /// A device in step with a server of twelve settings, whose document then becomes another one
    /// that is held.
    void boot_with_held(Json const& document) {
        boot();
        server->set_document(twelve());
        expect_sync(device());
        server->set_document(document);
        ctl({"sync"});
        expect_eventually([&] { return device().status().review.has_value(); }, true);
        expect_rest(device());
        server->forget_requests();
    }

    static Json twelve() {
        Json document;
        for (int i = 0; i < 12; ++i) document["key" + std::to_string(i)] = i;
        return document;
    }

    Json explained(std::string const& path) {
        return Json::parse(ctl({"explain", path, "--json"}).output);
    }
};

// Rejected ---------------------------------------------------------------------------------------

TEST_F(DecisionsTest, ARejectedSettingIsListedAndTriedAgain) {
    boot_with_poison();
    EXPECT_THAT(ctl({"rejected"}).output,
                AllOf(StartsWith("Setting "), HasSubstr("\npoison   "), HasSubstr("(status 400)")));
    auto const told = explained("poison");
    EXPECT_EQ(told.at("state"), "rejected");
    EXPECT_THAT(told.at("unblockedBy").get<std::string>(), HasSubstr("settingsctl rejected retry"));

    EXPECT_EQ(ctl({"rejected", "retry", "poison"}).output, "trying 1 setting again\n");
    expect_eventually([&] { return device().client().rejected().value().at(0).refusals; }, 2U);
    server->set_faults("clear");
    ctl({"rejected", "retry"});

    expect_eventually([&] { return server->document(); }, Json({{"poison", 1}}));
    expect_eventually([&] { return ctl({"rejected"}).output; },
                      "the server has rejected nothing\n");
    EXPECT_EQ(ctl({"rejected", "retry"}).output, "the server has rejected nothing\n");
    EXPECT_THAT(ctl({"rejected", "retry", "poison"}, 1).errors, HasSubstr("has not refused"));
}

TEST_F(DecisionsTest, ARejectedSettingIsGivenUpForTheServersValue) {
    boot_with_poison({{"poison", 0}});

    ctl({"rejected", "discard", "poison"});

    EXPECT_EQ(ctl({"get", "poison"}).output, "0\n");
    expect_eventually([&] { return device().status().state; }, "idle");
    EXPECT_EQ(server->document(), Json({{"poison", 0}}));
    EXPECT_THAT(ctl({"rejected", "discard", "poison"}, 1).errors, HasSubstr("\"poison\""));
}

// Conflicts --------------------------------------------------------------------------------------

TEST_F(DecisionsTest, AConflictIsListedAndWhatWasNotKeptIsRestored) {
    serve();
    Daemon::Settings const only_when_asked{{"sync.debounce_seconds", "600"},
                                           {"sync.debounce_cap_seconds", "600"}};
    for (auto const* name : {"b", "a"}) {
        make_device(name, only_when_asked).start();
        expect_sync(devices.back());
    }
    EXPECT_EQ(ctl({"conflicts"}).output, "there is no conflict\n");
    patch(devices.back(), {{"theme", "dark"}});
    expect_sync(devices.back());
    ctl({"set", "theme=light"});
    expect_sync(device());

    EXPECT_EQ(device().status().conflicts, 1U);
    EXPECT_THAT(ctl({"status"}).output, HasSubstr("Conflicts     1; see: settingsctl conflicts\n"));
    EXPECT_THAT(ctl({"conflicts"}).output,
                HasSubstr("theme    \"light\" (here)  \"dark\" (elsewhere)"));
    auto const id = Json::parse(ctl({"conflicts", "--json"}).output).at(0).at("id").dump();
    EXPECT_EQ(ctl({"conflicts", "restore", id}).output, "restored\n");

    EXPECT_EQ(ctl({"get", "theme"}).output, "dark\n");
    EXPECT_EQ(ctl({"conflicts", "--json"}).output, "[]\n");
    EXPECT_THAT(ctl({"conflicts", "restore", id}, 1).errors, HasSubstr("no conflict"));
    expect_sync(device());
    EXPECT_EQ(server->document(), Json({{"theme", "dark"}}));
}

// Review -----------------------------------------------------------------------------------------

TEST_F(DecisionsTest, AnEmptyDocumentIsHeldUntilItIsAppliedByAPerson) {
    boot_with_held(Json::object());
    ctl({"set", "mine=1"});
    EXPECT_THAT(ctl({"sync", "--wait", "20"}, 1).errors, HasSubstr("remove 12 of the 1"));

    EXPECT_THAT(ctl({"status"}).output, HasSubstr("Review        0 changed and 12 removed of 1"));
    EXPECT_THAT(ctl({"review"}).output, HasSubstr("change 0 and remove 12 of the 1"));
    EXPECT_THAT(explained("key0").at("unblockedBy").get<std::string>(),
                HasSubstr("\"settingsctl review apply\""));
    EXPECT_EQ(server->document(), Json({{"mine", 1}}));
    EXPECT_EQ(device().document().size(), 13U);
    ctl({"review", "apply"});

    expect_eventually([&] { return device().document(); }, Json({{"mine", 1}}));
    EXPECT_EQ(server->document(), Json({{"mine", 1}}));
    EXPECT_EQ(ctl({"review"}).output, "nothing is held for review\n");
    EXPECT_THAT(ctl({"review", "apply"}, 1).errors, HasSubstr("nothing is held for review"));
}

TEST_F(DecisionsTest, AHalvedDocumentIsRefusedAndOursIsPutBack) {
    Json halved = twelve();
    for (int i = 0; i < 7; ++i) halved.erase("key" + std::to_string(i));
    boot_with_held(halved);

    ctl({"review", "refuse"});

    expect_eventually([&] { return server->document(); }, twelve());
    EXPECT_EQ(device().document(), twelve());
    expect_eventually([&] { return device().status().state; }, "idle");
}

// Explain ----------------------------------------------------------------------------------------

TEST_F(DecisionsTest, ASettingIsExplainedFromItsEditToTheServer) {
    boot();
    ctl({"set", "panel.size=1", "panel.side=left"});
    expect_sync(device());
    EXPECT_THAT(ctl({"explain", "panel.size"}).output,
                AllOf(StartsWith("panel.size: synced\n\nBecause       durable on this machine"),
                      HasSubstr("the server has it")));
    EXPECT_EQ(explained("panel.nope").at("state"), "absent");

    server->kill();
    ctl({"set", "panel.size=2"});
    ctl({"unset", "panel.side"});
    expect_eventually([&] { return explained("panel.size").at("because").dump(); },
                      HasSubstr("localhost"));

    EXPECT_EQ(explained("panel.size").at("state"), "pending");
    EXPECT_THAT(explained("panel.side").at("because").at(0).get<std::string>(),
                StartsWith("removed on this machine"));
    EXPECT_EQ(explained("panel").at("state"), "pending");
    EXPECT_EQ(explained("panel.nope").at("state"), "absent");
}

TEST_F(DecisionsTest, ASettingBesideOneThatWaitsIsSynced) {
    boot();
    ctl({"set", "panel.size=1", "panel.side=left", "a.b=1"});
    expect_sync(device());
    ctl({"pause"});

    ctl({"set", "panel.size=2"});

    EXPECT_EQ(explained("panel.size").at("state"), "pending");
    EXPECT_EQ(explained("panel.side").at("state"), "synced");
}

// Pause ------------------------------------------------------------------------------------------

TEST_F(DecisionsTest, APauseKeepsEditsHereAlsoAcrossARestart) {
    boot();
    ctl({"pause"});
    ctl({"set", "theme=light"});

    auto const expect_paused = [this] {
        EXPECT_EQ(device().status().state, "paused");
        EXPECT_THAT(ctl({"sync", "--wait", "20"}, 1).errors, HasSubstr("paused by a person"));
        EXPECT_EQ(explained("theme").at("unblockedBy"), "\"settingsctl resume\"");
        EXPECT_THAT(server->requests(), IsEmpty());
    };
    expect_paused();
    device().kill();
    device().start();
    expect_paused();

    EXPECT_EQ(ctl({"resume"}).output, "resumed\n");
    expect_eventually([&] { return server->document(); }, Json({{"theme", "light"}}));
    EXPECT_EQ(ctl({"sync", "--wait", "20"}).output, "everything is synced\n");
}

TEST_F(DecisionsTest, AWriteThatWasAnsweredIsNotToldAsALostOne) {
    boot({}, {{"sync.backoff_floor_seconds", "600"},
              {"sync.backoff_base_seconds", "600"},
              {"sync.backoff_cap_seconds", "1200"}});
    expect_sync(device());
    server->set_faults("answer 500 on PUT forever");

    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return explained("theme").at("waitsFor"); }, Json("backoff"));
    EXPECT_THAT(
        explained("theme").at("because").dump(),
        AllOf(HasSubstr("a request with it was answered with 500, which does not say whether "
                        "it was stored"),
              Not(HasSubstr("got no answer"))));
}

}  // namespace
}  // namespace settings::system_test
