// A service that accepts a value and does not show it: because it does not keep it, or because the
// answer comes from a replica that lags behind.

#include <memory>

#include "tests/support/programs.h"
#include "tests/system/support/raw_service.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Values;

class UnseenTest : public SystemTest {
  protected:
    void boot_at(RawService::Rule rule, std::string const& lag = "120") {
        serve();
        service.emplace(server->ca().parent_path(), std::move(rule));
        add_device("a", lag);
    }
    void add_device(std::string const& name, std::string const& lag) {
        make_device(name, {{"server.url", quoted(service->url())},
                           {"server.ca_file", quoted(service->ca())},
                           {"server.lag_seconds", lag}})
            .start();
    }
    /// The keys that the device has set aside, after one more look.
    std::vector<std::string> set_aside() {
        look(device());
        std::vector<std::string> keys;
        for (auto const& each : device().status().rejected) keys.push_back(each.key);
        return keys;
    }
    void look(Daemon& daemon) { static_cast<void>(daemon.client().sync(patience).value()); }

    std::optional<RawService> service;
};

// What the service does not keep ------------------------------------------------------------------

struct Unkept {
    char const* name;
    Json before;  ///< in the account, and kept
    Json edit;
    char const* key;                ///< that is not kept as it was sent
    void (*spoil)(Json& document);  ///< after each write
};

void PrintTo(Unkept const& unkept, std::ostream* stream) { *stream << unkept.name; }

class UnkeptTest : public UnseenTest, public testing::WithParamInterface<Unkept> {
  protected:
    static std::string spoilt(RawCall const& call) {
        auto answer = call.healthy();
        if (call.method != "GET") GetParam().spoil(call.document);
        return answer;
    }
};

void drop_members(Json& value, bool (*goes)(Json const&)) {
    if (!value.is_object()) return;
    for (auto member = value.begin(); member != value.end();) {
        drop_members(*member, goes);
        member = goes(*member) ? value.erase(member) : std::next(member);
    }
}

INSTANTIATE_TEST_SUITE_P(Service, UnkeptTest,
                         Values(Unkept{"AKeyThatItDoesNotKnow",
                                       {{"theme", "light"}},
                                       {{"theme", "dark"}, {"mine", 1}},
                                       "mine",
                                       [](Json& document) { document.erase("mine"); }},
                                Unkept{"AKeyThatItDoesNotKnowAlone",
                                       {{"theme", "light"}},
                                       {{"mine", {1, 2}}},
                                       "mine",
                                       [](Json& document) { document.erase("mine"); }},
                                Unkept{"AMemberThatItDoesNotKnow",
                                       {{"font", {{"size", 10}}}},
                                       {{"font", {{"size", 12}, {"mine", true}}}},
                                       "font",
                                       [](Json& document) { document["font"].erase("mine"); }},
                                Unkept{"AValueThatIsLocked",
                                       {{"theme", "light"}, {"size", 1}},
                                       {{"theme", "dark"}, {"size", 2}},
                                       "theme",
                                       [](Json& document) { document["theme"] = "light"; }},
                                Unkept{"Null",
                                       {{"theme", "light"}, {"size", 1}},
                                       {{"theme", nullptr}, {"size", 2}},
                                       "theme",
                                       [](Json& document) {
                                           drop_members(document, [](Json const& value) {
                                               return value.is_null();
                                           });
                                       }},
                                Unkept{"AnEmptyObject",
                                       {{"size", 1}},
                                       {{"size", 2}, {"font", Json::object()}},
                                       "font",
                                       [](Json& document) {
                                           drop_members(document, [](Json const& value) {
                                               return value.is_object() && value.empty();
                                           });
                                       }}),
                         [](auto const& unkept) { return unkept.param.name; });

TEST_P(UnkeptTest, StaysHereAndIsSetAsideInPlainWords) {
    boot_at(spoilt, "0.2");
    service->set_document(GetParam().before);
    look(device());
    auto ours = GetParam().before;
    for (auto const& [key, value] : GetParam().edit.items()) ours[key] = value;

    patch(device(), GetParam().edit);

    expect_eventually([&] { return set_aside(); }, ElementsAre(GetParam().key));
    EXPECT_EQ(device().document(), ours);
    auto const told = ask(device(), "GET", std::string{"/v1/explain?path="} + GetParam().key);
    EXPECT_EQ(told.at("state"), "rejected");
    EXPECT_THAT(told.at("because").dump(), HasSubstr("the server accepts it and does not keep it"));
    auto const doctor =
        run({program("settingsctl"), "--socket", device().socket(), "doctor"}, folder.path());
    EXPECT_THAT(doctor.output, HasSubstr("1 rejected"));
    EXPECT_THAT(service->methods(), testing::Not(HasSubstr("DELETE")));
}

TEST_P(UnkeptTest, IsNotTakenForAnotherDevicesRemoval) {
    boot_at(spoilt);
    service->set_document(GetParam().before);
    look(device());
    patch(device(), GetParam().edit);

    look(device());
    look(device());
    device().kill();
    device().start();
    look(device());

    for (auto const& [key, value] : GetParam().edit.items())
        EXPECT_EQ(device().document().value(key, Json("gone")), value) << key;
    EXPECT_EQ(device().status().pending, 0U);
}

TEST_F(UnseenTest, AnEditOfWhatWasNotKeptIsTriedAgain) {
    boot_at(
        [](RawCall const& call) {
            auto answer = call.healthy();
            call.document.erase("mine");
            return answer;
        },
        "0.2");
    patch(device(), {{"mine", 1}});
    expect_eventually([&] { return set_aside(); }, ElementsAre("mine"));
    service->follow([](RawCall const& call) { return call.healthy(); });

    patch(device(), {{"mine", 2}});

    expect_eventually([&] { return service->document(); }, Json({{"mine", 2}}));
    EXPECT_THAT(set_aside(), IsEmpty());
}

TEST_F(UnseenTest, ARemovalThatIsNotCarriedOutStaysARemovalHere) {
    boot_at(
        [](RawCall const& call) {
            auto answer = call.healthy();
            if (call.method == "DELETE") call.document["theme"] = "light";
            return answer;
        },
        "0.2");
    patch(device(), {{"theme", "light"}, {"size", 1}});
    look(device());

    ask(device(), "DELETE", "/settings/user", {{"keys", {"theme"}}});

    expect_eventually([&] { return set_aside(); }, ElementsAre("theme"));
    EXPECT_EQ(device().document(), Json({{"size", 1}}));
    EXPECT_EQ(service->document(), Json({{"size", 1}, {"theme", "light"}}));
}

/// What the service makes of a value is the account's, and no reason for a quarrel.
TEST_F(UnseenTest, AnotherFormOfAValueIsTheServices) {
    boot_at(
        [](RawCall const& call) {
            auto answer = call.healthy();
            for (auto& value : call.document)
                if (value.is_number()) value = value.dump();
            if (call.document.contains("name")) call.document["name"] = "ada";
            return answer;
        },
        "0.2");

    patch(device(), {{"size", 1}, {"name", " Ada "}});

    expect_eventually(
        [&] {
            look(device());
            return device().document();
        },
        Json({{"size", "1"}, {"name", "ada"}}));
    look(device());
    expect_rest(device());
    EXPECT_THAT(device().status().rejected, IsEmpty());
    EXPECT_EQ(device().status().pending, 0U);
}

// A replica that lags behind ----------------------------------------------------------------------

class LaggingTest : public UnseenTest {
  protected:
    /// The replica shows what is there now, until it catches up.
    void lag_behind() { *past = service->document(); }
    void catch_up() {
        service->follow([](RawCall const& call) { return call.healthy(); });
    }

    void boot_behind(Json const& document) {
        boot_at([](RawCall const& call) { return call.healthy(); });
        service->set_document(document);
        look(device());
        lag_behind();
        service->follow([past = past](RawCall const& call) {
            if (call.method != "GET") return call.healthy();
            Json shown = *past;
            return RawCall{call.method, call.head, call.body, call.number, call.connection, shown}
                .healthy();
        });
    }

    std::shared_ptr<Json> past = std::make_shared<Json>();
};

TEST_F(LaggingTest, AnAcceptedValueDoesNotGoBack) {
    boot_behind({{"theme", "light"}, {"volume", 1}});
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return service->document().at("theme"); }, "dark");

    patch(device(), {{"volume", 5}});
    expect_eventually([&] { return service->document().at("volume"); }, 5);
    look(device());

    Json const ours{{"theme", "dark"}, {"volume", 5}};
    EXPECT_EQ(device().document(), ours);
    catch_up();
    look(device());
    EXPECT_EQ(device().document(), ours);
    EXPECT_EQ(service->document(), ours);
    expect_no_conflict(device());
}

TEST_F(LaggingTest, WhatIsNotSeenYetIsNotCalledSynced) {
    boot_behind({{"theme", "light"}});
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return service->document().at("theme"); }, "dark");

    auto const behind = device().client().sync(patience).value();
    EXPECT_FALSE(behind.synced);
    EXPECT_THAT(behind.reason, HasSubstr("accepted 1 key and does not show it yet"));
    EXPECT_EQ(device().status().state, "waiting");
    EXPECT_EQ(ask(device(), "GET", "/v1/explain?path=theme").at("state"), "pending");

    catch_up();
    EXPECT_TRUE(device().client().sync(patience).value().synced);
    EXPECT_EQ(device().status().state, "idle");
    EXPECT_EQ(ask(device(), "GET", "/v1/explain?path=theme").at("state"), "synced");
}

TEST_F(LaggingTest, ARemovalDoesNotComeBack) {
    boot_behind({{"theme", "light"}, {"volume", 1}});

    ask(device(), "DELETE", "/settings/user", {{"keys", {"theme"}}});
    expect_eventually([&] { return service->document(); }, Json({{"volume", 1}}));
    look(device());

    EXPECT_EQ(device().document(), Json({{"volume", 1}}));
    EXPECT_THAT(device().status().rejected, IsEmpty());
    catch_up();
    look(device());
    EXPECT_EQ(device().document(), Json({{"volume", 1}}));
    EXPECT_EQ(service->document(), Json({{"volume", 1}}));
    EXPECT_THAT(device().status().rejected, IsEmpty());
}

TEST_F(LaggingTest, AKillBeforeTheLookForgetsNothing) {
    boot_behind({{"theme", "light"}});
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return service->document().at("theme"); }, "dark");
    expect_rest(device());

    device().kill();
    device().start();
    look(device());

    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
    EXPECT_EQ(service->document(), Json({{"theme", "dark"}}));
}

TEST_F(LaggingTest, AnotherDevicesValuesArriveOnceTheReplicaHasThem) {
    boot_behind({{"theme", "light"}, {"volume", 1}});
    add_device("b", "120");
    look(devices.back());
    patch(device(), {{"theme", "dark"}});
    patch(devices.back(), {{"volume", 7}});
    expect_eventually([&] { return service->document(); },
                      Json({{"theme", "dark"}, {"volume", 7}}));
    look(device());
    look(devices.back());
    EXPECT_EQ(device().document().at("theme"), "dark");
    EXPECT_EQ(devices.back().document().at("volume"), 7);

    catch_up();
    for (auto& each : devices) look(each);

    for (auto& each : devices) EXPECT_EQ(each.document(), service->document());
    EXPECT_EQ(service->document(), Json({{"theme", "dark"}, {"volume", 7}}));
}

TEST_F(UnseenTest, AServiceThatIsAlwaysBehindIsCaughtUpWith) {
    boot();
    server->set_faults("lag 2 seconds");

    for (int volume = 1; volume <= 5; ++volume) patch(device(), {{"volume", volume}});
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return server->document(); }, Json({{"theme", "dark"}, {"volume", 5}}));
    look(device());

    EXPECT_EQ(device().document(), Json({{"theme", "dark"}, {"volume", 5}}));
    expect_no_conflict(device());
}

}  // namespace
}  // namespace settings::system_test
