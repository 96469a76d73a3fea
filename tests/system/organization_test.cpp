// The settings of the organization, which stand beside the user's: read from a copy, written
// through.

#include <algorithm>

#include "tests/support/programs.h"
#include "tests/system/support/description.h"
#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;

constexpr char const* call = "/settings/organization";
constexpr char const* other = "b@example.org";

/// What an app gets.
struct Got {
    int status = 0;
    Json body;
    std::string head;
};

class OrganizationTest : public SystemTest {
  protected:
    /// A device of somebody in an organization with a role.
    void join(std::string const& role = "OWNER", std::vector<std::string> options = {}) {
        boot(std::move(options));
        server->set_account({{"organization", "acme"}, {"role", role}});
        server->set_organization("acme", {{"settings", first}});
    }

    Got send(std::string const& method, Json const& body = nullptr) {
        auto const text = body.is_null() ? std::string{} : body.dump();
        auto const bytes = exchange(device().socket(), request(method, call, text));
        auto const response = parse_response(bytes);
        return {response.status, response.body.empty() ? Json{} : Json::parse(response.body),
                bytes.substr(0, bytes.find("\r\n\r\n"))};
    }

    Got read() { return send("GET"); }

    /// What the service has.
    Json there() { return server->organization("acme").at("settings"); }

    /// Requests for the organization since the last forget_requests().
    std::vector<Seen> requests() { return server->requests_for(call); }

    /// Has the sync look, and waits until the organization was asked for, too.
    void look() {
        server->forget_requests();
        expect_sync(device());
        expect_eventually([&] { return requests(); }, Not(IsEmpty()));
    }

    [[nodiscard]] std::ptrdiff_t count(std::string const& method) {
        auto const all = requests();
        return std::ranges::count(all, method, &Seen::method);
    }

    void restart() {
        device().stop();
        device().start();
    }

    static void expect_words(Got const& got, int status, std::string const& words) {
        EXPECT_EQ(got.status, status);
        EXPECT_EQ(got.body, Json({{"success", false}, {"message", words}}));
    }

    static constexpr auto nobodys = "User not associated with any organization";
    Json const first{{"retention", {{"days", 30}}}};
};

// Online -----------------------------------------------------------------------------------------

TEST_F(OrganizationTest, TheFourCallsAnswerAsTheServiceDoes) {
    join();

    auto const got = read();
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, Json({{"success", true}, {"settings", first}, {"stale", false}}));
    EXPECT_THAT(got.head, AllOf(HasSubstr("HTTP/1.1 200 OK"), HasSubstr("\r\nAge: ")));
    auto const says = [](std::string const& words) {
        return Json{{"success", true},
                    {"message", "Organization settings " + words + " successfully"}};
    };
    EXPECT_EQ(send("PUT", {{"theme", "acme"}}).body, says("partially updated"));
    EXPECT_EQ(read().body.at("settings"), Json({{"retention", {{"days", 30}}}, {"theme", "acme"}}));
    EXPECT_EQ(send("DELETE", {{"keys", {"retention.days"}}}).body, says("keys deleted"));
    EXPECT_EQ(read().body.at("settings"), Json({{"retention", Json::object()}, {"theme", "acme"}}));
    EXPECT_EQ(send("POST", {{"settings", {{"a", 1}}}}).body, says("updated"));
    EXPECT_EQ(read().body.at("settings"), Json({{"a", 1}}));
    EXPECT_EQ(there(), Json({{"a", 1}}));
    expect_words(send("PUT", Json::array()), 400,
                 "Failed to partially update organization settings");
    expect_words(send("DELETE", {{"keys", Json::array()}}), 400,
                 "Keys array is required and must not be empty");
}

TEST_F(OrganizationTest, HeadTellsWhatAGetWould) {
    join();

    auto const got = exchange(device().socket(), request("HEAD", call));

    EXPECT_THAT(got, AllOf(HasSubstr("HTTP/1.1 200 OK"), HasSubstr("\r\nAge: ")));
    EXPECT_EQ(body_of(got), "");
}

TEST_F(OrganizationTest, NothingOfItIsAmongTheUsersSettings) {
    join();
    patch(device(), {{"theme", "mine"}});
    read();
    send("PUT", {{"theme", "acme"}});
    expect_sync(device());

    EXPECT_EQ(device().document(), Json({{"theme", "mine"}}));
    EXPECT_EQ(server->document(), Json({{"theme", "mine"}}));
    EXPECT_EQ(device().status().revision, 1);
    EXPECT_EQ(device().client().journal().value().entries.size(), 1U);
    EXPECT_THAT(device().client().difference().value().changes, IsEmpty());
    EXPECT_EQ(device().client().get("retention.days").error().code(), client::Errc::not_found);
}

TEST_F(OrganizationTest, NobodyAsksForItUntilAnAppDoes) {
    join();
    expect_sync(device());
    expect_sync(device());
    EXPECT_THAT(requests(), IsEmpty());

    read();
    read();

    EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(OrganizationTest, EachLookOfTheSyncRefreshesIt) {
    join();
    read();
    server->set_organization("acme", {{"settings", {{"retention", {{"days", 90}}}}}});

    look();

    expect_eventually([&] { return read().body.at("settings"); },
                      Json({{"retention", {{"days", 90}}}}));
}

TEST_F(OrganizationTest, ManyWhoAskAtOnceAreOneRequest) {
    join();
    server->set_faults("hang on organization");
    std::list<RawConnection> apps;
    for (int i = 0; i < 5; ++i) apps.emplace_back(device().socket()).send(request("GET", call));
    expect_eventually([&] { return requests(); }, SizeIs(1));
    // The daemon hears connections in the order in which they came.
    EXPECT_TRUE(device().client().status());
    EXPECT_THAT(requests(), SizeIs(1));

    server->kill();  // ends what hangs
    for (auto const& app : apps) EXPECT_THAT(app.receive_all(), HasSubstr("HTTP/1.1 503"));
}

TEST_F(OrganizationTest, AnOlderRequestThatFailsTakesNothingBack) {
    join();
    server->set_faults("hang on organization");
    RawConnection waiting{device().socket()};
    waiting.send(request("GET", call));
    expect_eventually([&] { return requests(); }, SizeIs(1));
    EXPECT_EQ(send("PUT", {{"a", 1}}).status, 200);

    server->kill();  // ends what hangs

    auto const answer = Json::parse(body_of(waiting.receive_all()));
    EXPECT_EQ(answer.at("settings"), Json({{"a", 1}, {"retention", {{"days", 30}}}}));
    EXPECT_EQ(answer.at("stale"), false);
}

TEST_F(OrganizationTest, WhoMayNotWriteIsToldInTheServicesWords) {
    join("MEMBER");

    EXPECT_EQ(read().status, 200);
    auto const refused = send("PUT", {{"theme", "mine"}});

    expect_words(refused, 403, "Insufficient permissions");
    EXPECT_THAT(refused.head, HasSubstr("HTTP/1.1 403 Forbidden"));
    EXPECT_EQ(there(), first);
    EXPECT_EQ(ctl({"get", "--organization", "retention.days"}).output, "30\n");
}

TEST_F(OrganizationTest, WhoIsInNoneIsToldInTheServicesWords) {
    boot();

    for (auto const* method : {"GET", "PUT", "POST", "DELETE"})
        expect_words(send(method, method == std::string{"GET"} ? Json{} : Json::object()), 404,
                     nobodys);
    server->forget_requests();
    expect_words(read(), 404, nobodys);
    EXPECT_THAT(requests(), IsEmpty()) << "that is kept, too";

    server->set_account({{"organization", "acme"}, {"role", "MEMBER"}});
    server->set_organization("acme", {{"settings", first}});
    look();
    expect_eventually([&] { return read().status; }, 200);
    server->set_account(Json::object());
    look();
    expect_eventually([&] { return read().status; }, 404);
}

TEST_F(OrganizationTest, AnExpiredTokenIsRenewedAndTheCallRepeatedOnce) {
    boot();
    server->set_account({{"organization", "acme"}, {"role", "OWNER"}});
    std::filesystem::remove(device().token_file());
    ASSERT_TRUE(device().client().adopt_tokens(server->token(), server->refresh_token()));
    expect_sync(device());
    device().entrust_what_is_stored();
    server->forget_requests();

    server->set_faults("answer 401 on organization");
    EXPECT_EQ(send("PUT", {{"a", 1}}).status, 200);
    device().entrust_what_is_stored();
    EXPECT_EQ(server->requests_for("/user/refresh").size(), 1U);
    EXPECT_EQ(there(), Json({{"a", 1}}));

    server->forget_requests();
    server->set_faults("answer 401 on organization forever");
    EXPECT_EQ(send("PUT", {{"a", 2}}).status, 401);
    device().entrust_what_is_stored();
    EXPECT_EQ(count("PUT"), 2);
    EXPECT_EQ(there(), Json({{"a", 1}}));
}

TEST_F(OrganizationTest, WhatTheServiceAnswersComesBackAsItWas) {
    join();

    server->set_faults(R"(answer 418 with body '{"success":false,"error":"tea"}' on organization)");
    auto const odd = send("PUT", {{"a", 1}});
    EXPECT_EQ(odd.status, 418);
    EXPECT_EQ(odd.body, Json({{"success", false}, {"error", "tea"}}));
    server->set_faults("answer 429 with retry-after 30 on organization");
    auto const busy = send("PUT", {{"a", 1}});
    EXPECT_EQ(busy.status, 429);
    EXPECT_THAT(busy.head, HasSubstr("\r\nRetry-After: 30"));
    server->set_faults("gateway 502 on organization");
    expect_words(send("PUT", {{"a", 1}}), 502, "the server answered 502");
    EXPECT_EQ(there(), first);
}

TEST_F(OrganizationTest, ATokenThatAnAnswerQuotesIsNotTold) {
    join();
    auto const token = device().tokens().front();
    server->set_faults("answer 400 with message \"bad " + token + "\" on organization");

    auto const got = send("PUT", {{"a", 1}});

    EXPECT_EQ(got.status, 400);
    EXPECT_THAT(got.body.dump(), Not(HasSubstr(token.substr(token.rfind('.') + 1))));
}

TEST_F(OrganizationTest, AnAppThatAsksWithoutEndIsKeptFromTheService) {
    serve();
    make_device("a", {{"sync.budget_interval_seconds", "1000"}}).start();
    expect_sync(device());
    server->set_faults("answer 500 on organization forever");

    int asked = 0;
    while (asked < 100 && read().status == 500) ++asked;

    EXPECT_EQ(asked, 60);
    EXPECT_THAT(requests(), SizeIs(60));
    EXPECT_THAT(read().body.at("message"), HasSubstr("too often"));
    EXPECT_EQ(send("PUT", {{"a", 1}}).body.at("outcome"), "not_sent");
    EXPECT_THAT(requests(), SizeIs(60));
}

// Offline ----------------------------------------------------------------------------------------

TEST_F(OrganizationTest, TheCopyIsReadOfflineAndAfterARestartToo) {
    join();
    read();
    server->set_online(false);

    auto const offline = read();
    EXPECT_EQ(offline.body.at("settings"), first);
    EXPECT_THAT(offline.head, HasSubstr("\r\nAge: "));
    restart();
    auto const restarted = read();
    EXPECT_EQ(restarted.body, Json({{"success", true}, {"settings", first}, {"stale", true}}));
    EXPECT_THAT(restarted.head, HasSubstr("\r\nAge: "));

    server->set_online(true);
    expect_eventually([&] { return read().body.at("stale"); }, false);
}

TEST_F(OrganizationTest, ALargeCopyIsKeptInMemoryAlone) {
    join();
    read();
    Json const large{{"logo", std::string(1'100'000, 'x')}};
    EXPECT_EQ(send("POST", {{"settings", {{"logo", 1}}}}).status, 200);
    server->set_organization("acme", {{"settings", large}});
    look();
    expect_eventually([&] { return read().body.at("settings"); }, large);

    server->set_online(false);
    EXPECT_EQ(read().body.at("settings"), large);
    restart();
    EXPECT_EQ(read().status, 503) << "nor is an older one taken for it";
}

TEST_F(OrganizationTest, NobodysOrganizationIsKnownOfflineToo) {
    boot();
    read();
    server->set_online(false);
    restart();

    expect_words(read(), 404, nobodys);
}

TEST_F(OrganizationTest, ACopyThatCouldNotBeConfirmedIsStale) {
    join();
    EXPECT_EQ(read().body.at("stale"), false);
    server->set_faults("answer 500 on organization forever");
    look();
    expect_eventually([&] { return read().body.at("stale"); }, true);

    server->set_faults("clear");
    look();
    expect_eventually([&] { return read().body.at("stale"); }, false);

    server->set_online(false);
    device().client().sync().value();
    expect_eventually([&] { return read().body.at("stale"); }, true);
    EXPECT_EQ(read().body.at("settings"), first);
}

TEST_F(OrganizationTest, WithoutACopyAndWithoutAServiceThereIsNoAnswer) {
    join();
    server->kill();

    auto const got = read();

    EXPECT_EQ(got.status, 503);
    EXPECT_THAT(got.body.at("message"),
                HasSubstr("not on this machine yet: cannot reach localhost"));
    EXPECT_THAT(got.head, Not(HasSubstr("Retry-After")));
    EXPECT_THAT(ctl({"get", "--organization"}, 1).errors, HasSubstr("cannot reach localhost"));
}

TEST_F(OrganizationTest, WithoutALoginThereIsNoAnswer) {
    serve();
    make_device("a");
    std::filesystem::remove(device().token_file());
    device().start();

    for (auto const* method : {"GET", "PUT"}) {
        auto const got = send(method, method == std::string{"GET"} ? Json{} : Json::object());
        EXPECT_EQ(got.status, 503);
        EXPECT_THAT(got.body.at("message"), HasSubstr("settingsctl login"));
    }
    EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(OrganizationTest, AWriteThatIsNotSentIsNeverSent) {
    join();
    read();
    server->kill();

    auto const got = send("PUT", {{"theme", "late"}});

    EXPECT_EQ(got.status, 503);
    EXPECT_EQ(got.body.at("outcome"), "not_sent");
    server->start();
    server->set_account({{"organization", "acme"}, {"role", "OWNER"}});
    device().put_token(server->token());
    look();
    EXPECT_EQ(there(), Json::object());
    EXPECT_EQ(count("PUT"), 0);
}

TEST_F(OrganizationTest, AWriteWhoseAnswerIsLostIsNotRepeated) {
    join();
    read();
    server->forget_requests();
    server->set_faults("drop after applying on organization");

    auto const got = send("PUT", {{"theme", "acme"}});

    EXPECT_EQ(got.status, 503);
    EXPECT_EQ(got.body.at("outcome"), "unknown");
    EXPECT_THAT(got.body.at("message"),
                HasSubstr("whether the service has received this is unknown"));
    EXPECT_EQ(count("PUT"), 1);
    look();
    EXPECT_EQ(count("PUT"), 0);
    auto const lost = [&] {
        server->set_faults("drop before answering on organization");
        return device().client().patch_organization({{"a", 1}});
    }();
    EXPECT_EQ(lost.error().code(), client::Errc::unknown);
}

TEST_F(OrganizationTest, AfterAWriteThatMayHaveArrivedTheNextReadAsks) {
    join();
    read();
    int version = 0;
    for (auto const* fault : {"drop after applying", "answer 500 after applying",
                              "answer 504 after applying", "drop after headers"}) {
        server->set_faults(std::string{fault} + " on organization");
        static_cast<void>(send("PUT", {{"theme", ++version}}));

        auto const seen = read();
        EXPECT_EQ(seen.body.at("settings").at("theme"), version) << fault;
        EXPECT_EQ(seen.body.at("stale"), false);
    }
    server->forget_requests();
    read();
    EXPECT_EQ(count("GET"), 0) << "the copy is sure again";

    server->set_faults(
        "drop after applying on organization, drop before answering on organization");
    static_cast<void>(send("PUT", {{"theme", ++version}}));
    server->forget_requests();
    for (int n = 0; n < 3; ++n) EXPECT_EQ(read().body.at("stale"), true);
    EXPECT_EQ(count("GET"), 1) << "nobody waits again for a service that does not answer";
}

TEST_F(OrganizationTest, ACaptivePortalIsNoServiceThatAccepted) {
    join();
    server->set_faults("answer html on organization twice");

    auto const written = send("PUT", {{"theme", "acme"}});
    EXPECT_EQ(written.status, 503);
    EXPECT_EQ(written.body.at("outcome"), "unknown");
    EXPECT_EQ(read().status, 503);

    EXPECT_EQ(read().body.at("settings"), first);
}

// A service without it ---------------------------------------------------------------------------

class OldServiceTest : public OrganizationTest {
  protected:
    static void expect_unknown(Got const& got) {
        EXPECT_EQ(got.status, 404);
        EXPECT_THAT(got.body.at("message"), HasSubstr("knows no settings of organizations"));
    }
};

TEST_F(OldServiceTest, IsAskedOnceAndThenLeftAlone) {
    boot({"--user-calls-only"});
    expect_sync(device());
    EXPECT_THAT(requests(), IsEmpty()) << "no app asked";

    expect_unknown(read());
    EXPECT_THAT(requests(), SizeIs(1));
    expect_unknown(read());
    expect_unknown(send("PUT", {{"a", 1}}));
    expect_sync(device());
    restart();
    expect_unknown(read());
    expect_sync(device());

    EXPECT_THAT(requests(), SizeIs(1));
    EXPECT_EQ(device().status().state, "idle");
}

TEST_F(OldServiceTest, MayAlsoBeTheFirstToRefuseAWrite) {
    boot();
    server->set_faults("gateway 404 on organization forever");

    expect_unknown(send("PUT", {{"a", 1}}));
    expect_unknown(read());
    EXPECT_THAT(requests(), SizeIs(1));

    static_cast<void>(send("PUT", {{"a", 1}}));
    EXPECT_THAT(requests(), SizeIs(2)) << "a gateway may have had a bad second";
}

TEST_F(OldServiceTest, IsNoneThatHasKnownTheCallBefore) {
    join();
    read();
    server->set_faults("gateway 404 on organization forever");
    look();

    expect_eventually([&] { return read().body.at("stale"); }, true);
    EXPECT_EQ(read().body.at("settings"), first);
    server->set_faults("clear");
    look();
    expect_eventually([&] { return read().body.at("stale"); }, false);
}

// Whose it is ------------------------------------------------------------------------------------

class OrganizationsOfTwoTest : public OrganizationTest {
  protected:
    void serve_two() {
        join("OWNER", {"--user", std::string{Emulator::email} + ":demo-demo", "--user",
                       std::string{other} + ":busy-bees"});
        EXPECT_EQ(read().body.at("settings"), first);
    }
};

TEST_F(OrganizationsOfTwoTest, AnotherAccountNeverSeesTheCopy) {
    serve_two();
    server->set_online(false);
    device().put_token(server->mint(3600, other));

    EXPECT_EQ(read().status, 503);
    server->set_online(true);
    expect_words(read(), 404, nobodys);

    server->set_organization("bees", {{"settings", {{"hive", 1}}}});
    server->set_account({{"organization", "bees"}, {"role", "OWNER"}}, other);
    device().client().sync().value();
    expect_eventually([&] { return read().body.value("settings", Json{}); }, Json({{"hive", 1}}));
    auto const journal = ask(device(), "GET", "/v1/journal");
    EXPECT_THAT(journal.dump(), Not(HasSubstr("retention"))) << "a change between two accounts";
}

TEST_F(OrganizationsOfTwoTest, AnotherAccountNeverSeesTheCopyAfterARestartEither) {
    serve_two();
    device().stop();
    device().put_token(server->mint(3600, other));
    server->set_online(false);
    device().start();

    EXPECT_EQ(read().status, 503);
    restart();
    EXPECT_THAT(device().places_of("retention"), IsEmpty());
}

TEST_F(OrganizationsOfTwoTest, ALogoutRemovesTheCopy) {
    serve_two();
    std::filesystem::remove(device().token_file());
    ASSERT_TRUE(device().client().log_out());

    EXPECT_EQ(read().status, 503);
    restart();
    EXPECT_EQ(read().status, 503);
    EXPECT_THAT(device().places_of("retention"), IsEmpty());
}

// Its changes ------------------------------------------------------------------------------------

TEST_F(OrganizationTest, ItsChangesAreToldBesideTheHistoryOfTheUser) {
    join();
    patch(device(), {{"near", 1}});
    read();
    RawConnection all{device().socket()};
    all.send(request("GET", "/v1/watch"));
    static_cast<void>(all.receive_until("\n\n"));
    RawConnection one{device().socket()};
    one.send(request("GET", "/v1/watch?path=near"));
    static_cast<void>(one.receive_until("\n\n"));

    EXPECT_EQ(send("PUT", {{"retention", {{"days", 90}}}}).status, 200);
    patch(device(), {{"near", 2}});
    auto const told = all.receive_until("\"new\":2");

    EXPECT_THAT(told, MatchesRegex("event: organization\ndata: "
                                   R"(\{"origin":"organization","at":"[^"]+","changes":\[)"
                                   R"(\{"path":"retention.days","old":30,"new":90\}\]\})"
                                   "\n\nevent: change\nid: 2-.*"));
    EXPECT_THAT(one.receive_until("\"new\":2"), Not(HasSubstr("event: organization")));
    restart();
    auto const journal = ask(device(), "GET", "/v1/journal");
    ASSERT_EQ(journal.at("organization").size(), 1U);
    EXPECT_EQ(journal.at("organization").at(0).at("changes"),
              Json::parse(R"([{"path":"retention.days","old":30,"new":90}])"));
    EXPECT_EQ(journal.at("entries").size(), 2U);
    EXPECT_FALSE(ask(device(), "GET", "/v1/journal?path=near").contains("organization"));
    EXPECT_THAT(ctl({"log"}).output,
                HasSubstr("the organization's settings\n    retention.days: 30 -> 90\n"));
    EXPECT_THAT(ctl({"log", "near"}).output, Not(HasSubstr("organization")));
}

TEST_F(OrganizationTest, TheClientsTellItFromTheUsersSettings) {
    join();
    auto client = device().client();
    auto const got = client.organization().value();
    EXPECT_EQ(got.settings, first);
    EXPECT_FALSE(got.is_stale);
    auto watch = client.watch("", "0");
    std::vector<client::Entry> told;
    watch.on_organization([&](client::Entry const& entry) { told.push_back(entry); });
    patch(device(), {{"near", 1}});
    EXPECT_EQ(std::get<client::Entry>(*watch.next(patience).value()).revision, 1);

    EXPECT_TRUE(client.replace_organization({{"a", 1}}));
    EXPECT_TRUE(client.patch_organization({{"b", 2}}));
    EXPECT_TRUE(client.erase_organization({"a"}));
    patch(device(), {{"near", 2}});

    EXPECT_EQ(std::get<client::Entry>(*watch.next(patience).value()).revision, 2);
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told.at(2).origin, "organization");
    EXPECT_EQ(told.at(2).changes.at(0).path, "a");
    EXPECT_EQ(client.organization().value().settings, Json({{"b", 2}}));
    EXPECT_EQ(client.journal().value().organization.size(), 3U);
    server->set_account({{"organization", "acme"}, {"role", "MEMBER"}});
    auto const refused = client.patch_organization({{"b", 3}});
    EXPECT_EQ(refused.error().status(), 403U);
    EXPECT_EQ(refused.error().message(), "Insufficient permissions");
}

TEST_F(OrganizationTest, SettingsctlReadsIt) {
    join();

    EXPECT_EQ(ctl({"get", "--organization", "retention.days"}).output, "30\n");
    EXPECT_EQ(ctl({"--json", "get", "--organization"}).output, first.dump() + '\n');
    EXPECT_THAT(ctl({"get", "--organization", "nope"}, 1).errors,
                HasSubstr("the organization has no setting \"nope\""));
    server->set_online(false);
    restart();
    auto const stale =
        run({program("settingsctl"), "--socket", device().socket(), "get", "--organization"},
            folder.path());
    EXPECT_EQ(stale.status, 0);
    EXPECT_EQ(Json::parse(stale.output), first);
    EXPECT_THAT(stale.errors, HasSubstr("it has not been confirmed since"));
}

}  // namespace
}  // namespace settings::system_test
