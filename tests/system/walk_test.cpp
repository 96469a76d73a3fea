// The way to the server, gone step by step: where it ends, at real servers and in real networks.

#include <csignal>
#include <filesystem>
#include <future>
#include <optional>

#include "tests/support/programs.h"
#include "tests/system/support/network_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Steps = std::vector<std::string>;

Steps steps_of(client::Walk const& walk) {
    Steps steps;
    for (auto const& each : walk.steps) steps.push_back(each.step);
    return steps;
}

/// Expects the walk to end at the last of these steps, all others passed; returns that one.
client::Walk::Step expect_end(client::Walk const& walk, Steps const& steps) {
    EXPECT_EQ(steps_of(walk), steps) << walk.answer.dump(2);
    EXPECT_FALSE(walk.arrived);
    if (walk.steps.empty()) return {};
    for (auto const& each : walk.steps)
        EXPECT_EQ(each.passed, &each != &walk.steps.back()) << each.step;
    EXPECT_EQ(walk.answer.at("endedAt"), walk.steps.back().step);
    EXPECT_THAT(walk.steps.back().advice, Not(IsEmpty()));
    return walk.steps.back();
}

/// At a server on this machine.
class WalkTest : public SystemTest {
  protected:
    client::Walk walk() { return device().client().walk().value(); }

    /// A device whose server has such a certificate.
    client::Walk::Step expect_end_at_certificate(std::string const& kind) {
        serve({"--certificate", kind});
        make_device("a").start();
        return expect_end(walk(), {"name", "route", "connection", "tls", "certificate"});
    }
};

TEST_F(WalkTest, ArrivesAndTellsWhatItFound) {
    boot();

    auto const walked = walk();

    EXPECT_TRUE(walked.arrived);
    EXPECT_EQ(walked.server, server->url());
    EXPECT_EQ(steps_of(walked),
              (Steps{"name", "route", "connection", "tls", "certificate", "login", "service"}));
    for (auto const& each : walked.steps) EXPECT_TRUE(each.passed) << each.step;
    EXPECT_THAT(walked.steps[0].message, HasSubstr("127.0.0.1"));
    EXPECT_THAT(walked.steps[3].message, HasSubstr("TLSv1.3"));
    EXPECT_THAT(walked.steps[4].message,
                AllOf(HasSubstr("CN=localhost, issued by CN="), HasSubstr("good from 20")));
    EXPECT_THAT(walked.steps[6].message, Not(IsEmpty()));
    EXPECT_EQ(server->methods(), "GET");
}

TEST_F(WalkTest, EndsAtACertificateThatHasExpired) {
    auto const end = expect_end_at_certificate("expired");

    EXPECT_THAT(end.message, AllOf(HasSubstr("certificate has expired"), HasSubstr("clock"),
                                   HasSubstr("good from 20")));
}

TEST_F(WalkTest, EndsAtACertificateForAnotherHost) {
    EXPECT_THAT(expect_end_at_certificate("wrong-host").message,
                AllOf(HasSubstr("hostname mismatch"), HasSubstr("a captive portal?")));
}

TEST_F(WalkTest, EndsAtACertificateOfAnUnknownIssuer) {
    Emulator const other{folder / "other"};
    serve();
    make_device("a", {{"server.ca_file", quoted(other.ca())}}).start();

    auto const end = expect_end(walk(), {"name", "route", "connection", "tls", "certificate"});

    EXPECT_THAT(end.message,
                AllOf(HasSubstr("unable to get local issuer certificate"), HasSubstr("issued by")));
    EXPECT_THAT(end.advice, HasSubstr("server.ca_file"));
}

TEST_F(WalkTest, EndsAtTlsWhereAFileThatItTakesIsMissing) {
    serve();
    make_device("a", {{"server.ca_file", quoted(folder / "later.pem")}}).start();

    EXPECT_THAT(expect_end(walk(), {"name", "tls"}).message, HasSubstr("later.pem"));
}

TEST_F(WalkTest, EndsAtTheLoginThatTheServiceRefuses) {
    boot();
    server->set_faults("answer 401 forever");

    auto const end =
        expect_end(walk(), {"name", "route", "connection", "tls", "certificate", "login"});

    EXPECT_THAT(end.advice, HasSubstr("settingsctl login"));
}

TEST_F(WalkTest, EndsAtTheLoginThatThereIsNot) {
    serve();
    std::filesystem::remove(make_device("a").token_file());
    device().start();

    auto const end =
        expect_end(walk(), {"name", "route", "connection", "tls", "certificate", "login"});

    EXPECT_THAT(end.message, HasSubstr("no token: log in with"));
}

TEST_F(WalkTest, RenewsATokenThatTheServiceRefusesAsASyncWould) {
    boot();
    auto const logged_in = device().client().log_in(Emulator::email, Emulator::password);
    ASSERT_TRUE(logged_in);
    expect_sync(device());
    device().entrust_what_is_stored();
    server->forget_requests();
    server->set_faults("answer 401 on GET");

    EXPECT_TRUE(walk().arrived);

    EXPECT_EQ(server->targets(), (Steps{"/settings/user", "/user/refresh", "/settings/user"}));
}

struct Word {
    char const* faults;
    char const* message;
    char const* advice;
};

void PrintTo(Word const& word, std::ostream* stream) { *stream << word.faults; }

class WalkWordTest : public WalkTest, public testing::WithParamInterface<Word> {};

INSTANTIATE_TEST_SUITE_P(Words, WalkWordTest,
                         testing::Values(Word{"answer 404 forever", "404", "check server.url"},
                                         Word{"gateway 404 forever", "404", "wait"},
                                         Word{"gateway 401 forever", "401", "wait"},
                                         Word{"gateway 502 forever", "502", "wait"},
                                         Word{"answer 503 forever", "503", "wait"},
                                         Word{"answer html forever", "a captive portal",
                                              "open a page in a browser"},
                                         Word{"redirect to https://portal.example forever",
                                              "https://portal.example", "open a page in a browser"},
                                         Word{"drop before answering on GET forever",
                                              "broke before the answer", "wait"}));

TEST_P(WalkWordTest, IsWhereTheWayEnds) {
    boot();
    server->set_faults(GetParam().faults);

    auto const walked = walk();

    EXPECT_EQ(walked.steps.back().step, "service") << walked.answer.dump(2);
    EXPECT_FALSE(walked.steps.back().passed);
    EXPECT_THAT(walked.steps.back().message, HasSubstr(GetParam().message));
    EXPECT_THAT(walked.steps.back().advice, HasSubstr(GetParam().advice));
}

TEST_F(WalkTest, OfSeveralAtOnceIsOne) {
    boot({}, {{"server.answer_seconds", "2"}});
    server->set_faults("hang on GET forever");
    auto const one = [this] { return walk(); };

    auto first = std::async(std::launch::async, one);
    expect_eventually([&] { return server->methods(); }, "GET");
    auto second = std::async(std::launch::async, one);

    EXPECT_EQ(first.get().steps.size(), second.get().steps.size());
    EXPECT_EQ(server->methods(), "GET");
}

TEST_F(WalkTest, IsToldByDoctorWithTheTimeOfEachStep) {
    boot();

    auto const told = ctl({"doctor"}).output;

    EXPECT_THAT(told, HasSubstr("certificate CN=localhost, issued by"));
    EXPECT_THAT(told, HasSubstr(" ms)\n"));
}

/// In networks of the test's own.
class WalkInNetworkTest : public NetworkTest {
  protected:
    WalkInNetworkTest() : NetworkTest{ipv4, {{"sync.backoff_cap_seconds", "0.5"}}} {}

    client::Walk walk() { return device().client().walk().value(); }

    void configure(Daemon::Settings settings) {
        settings.try_emplace("server.url", quoted(server->url()));
        settings.try_emplace("server.ca_file", quoted(server->ca()));
        device().configure(settings);
        device().process().send(SIGHUP);
        auto const url = settings.at("server.url");
        expect_eventually([&] { return quoted(device().status().server); }, url);
    }

    /// Debian's tinyproxy at the server's end of the cable, and the device told of it.
    void go_through_proxy(std::string const& further = "") {
        join_network();
        auto const file = folder / "tinyproxy.conf";
        write_text(file, "Port 3128\nListen 192.0.2.1\nTimeout 60\nLogFile \"" +
                             (folder / "tinyproxy.log").string() + "\"\n" + further);
        proxy.emplace(std::vector<std::string>{"tinyproxy", "-d", "-c", file}, Process::Output{});
        await("192.0.2.1:3128");
        configure_proxy();
    }

    void configure_proxy() {
        configure({{"server.proxy", quoted("http://192.0.2.1:3128")}});
        expect_eventually([&] { return device().log(); }, HasSubstr("through the proxy 192.0.2.1"));
    }

    /// Somebody who answers whatever comes on the proxy's port, and reads on until the other side
    /// closes: what is unread at the end would take the answer with it.
    void answer_everything(std::string const& bytes) {
        join_network();
        write_text(folder / "answer", bytes);
        proxy.emplace(
            std::vector<std::string>{
                "socat", "TCP-LISTEN:3128,fork,reuseaddr,bind=192.0.2.1",
                "SYSTEM:cat " + (folder / "answer").string() + "; cat >/dev/null"},
            Process::Output{});
        await("192.0.2.1:3128");
    }

    /// Until somebody listens there.
    static void await(std::string const& place) {
        expect_eventually(
            [&] {
                return run({"ss", "-Hltn", "src " + place}, "/tmp").output;
            },
            HasSubstr(place));
    }

    std::optional<Process> proxy;
};

TEST_F(WalkInNetworkTest, EndsAtANameThatNobodyKnows) {
    join_network();
    hosts->write("");
    configure({{"server.url", quoted("https://far.example")}});

    EXPECT_THAT(expect_end(walk(), {"name"}).message, HasSubstr("cannot find far.example"));
}

TEST_F(WalkInNetworkTest, EndsWhereNoRouteLeads) {
    join_network();

    auto const end = expect_end(walk(), {"name", "route"});

    EXPECT_EQ(end.message, "no network route leads to 198.51.100.1");
    EXPECT_THAT(end.advice, HasSubstr("server.proxy"));
}

TEST_F(WalkInNetworkTest, EndsWhereNobodyTakesTheConnection) {
    plug_in();
    configure({{"server.url", quoted("https://198.51.100.1:1")}});

    EXPECT_THAT(expect_end(walk(), {"name", "route", "connection"}).message,
                HasSubstr("Connection refused"));
}

TEST_F(WalkInNetworkTest, EndsInTimeWherePacketsVanish) {
    plug_in();
    here->ip("route add blackhole 192.0.2.2/32");
    configure({{"server.connect_seconds", "1"}});

    EXPECT_THAT(expect_end(walk(), {"name", "route", "connection"}).message,
                HasSubstr("timed out"));
}

TEST_F(WalkInNetworkTest, LeadsThroughAProxy) {
    go_through_proxy();

    auto const walked = walk();

    EXPECT_TRUE(walked.arrived) << walked.answer.dump(2);
    EXPECT_EQ(steps_of(walked), (Steps{"name", "route", "connection", "proxy", "tls", "certificate",
                                       "login", "service"}));
    EXPECT_THAT(walked.steps[0].message, HasSubstr("the proxy 192.0.2.1:3128 is 192.0.2.1"));
    EXPECT_THAT(walked.steps[3].message, HasSubstr("leads to 198.51.100.1:"));
}

TEST_F(WalkInNetworkTest, EndsAtAProxyThatDoesNotLeadThere) {
    go_through_proxy("ConnectPort 1\n");

    EXPECT_THAT(expect_end(walk(), {"name", "route", "connection", "proxy"}).message,
                HasSubstr("it answers 403"));
}

TEST_F(WalkInNetworkTest, EndsAtAProxyThatAsksForAPassword) {
    go_through_proxy("BasicAuth ada open-sesame-7\n");

    auto const end = expect_end(walk(), {"name", "route", "connection", "proxy"});

    EXPECT_THAT(end.message, HasSubstr("asks for a user name and a password"));
    EXPECT_THAT(end.advice, HasSubstr("server.proxy_credentials"));
}

TEST_F(WalkInNetworkTest, AProxyThatAsksForAPasswordHoldsTheSync) {
    go_through_proxy("BasicAuth ada open-sesame-7\n");
    patch(device(), {{"theme", "dark"}});

    expect_eventually(
        [&] {
            auto const status = device().status();
            return status.state + ": " + status.summary;
        },
        testing::AllOf(HasSubstr("held: "), HasSubstr("set server.proxy_credentials")));
    EXPECT_EQ(device().status().last_error->kind, "barred");
}

struct Portal {
    char const* name;
    char const* answer;
};

void PrintTo(Portal const& portal, std::ostream* stream) { *stream << portal.name; }

/// What networks for guests answer before somebody has logged in.
class PortalTest : public WalkInNetworkTest, public testing::WithParamInterface<Portal> {};

INSTANTIATE_TEST_SUITE_P(
    Portals, PortalTest,
    testing::Values(Portal{"Redirects",
                           "HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n"
                           "Content-Length: 0\r\n\r\n"},
                    Portal{"SaysSo",
                           "HTTP/1.1 511 Network Authentication Required\r\n"
                           "Content-Length: 0\r\n\r\n"},
                    Portal{"ShowsItsPage", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n<html/>"}),
    [](auto const& portal) { return portal.param.name; });

TEST_P(PortalTest, IsNamedInFrontOfAProxy) {
    answer_everything(GetParam().answer);
    configure_proxy();

    auto const end = expect_end(walk(), {"name", "route", "connection", "proxy"});

    EXPECT_THAT(end.message, HasSubstr("a captive portal? Open a page in a browser"));
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().status().summary; }, HasSubstr("a captive portal?"));
}

TEST_P(PortalTest, IsNamedWhereTheServerShouldBe) {
    answer_everything(GetParam().answer);
    configure({{"server.url", quoted("https://192.0.2.1:3128")}});

    EXPECT_THAT(expect_end(walk(), {"name", "route", "connection", "tls"}).message,
                AllOf(HasSubstr("speaks no TLS"), HasSubstr("a captive portal?")));
}

/// Started with a PAC file where a proxy should be.
class PacTest : public SystemTest {};

TEST_F(PacTest, OfTheEnvironmentIsToldWithWhatToDo) {
    serve();
    make_device("a").start({"env", "auto_proxy=http://wpad.corp/proxy.pac"});

    auto const walked = device().client().walk().value();

    EXPECT_TRUE(walked.arrived);
    EXPECT_THAT(walked.warning.value_or(""),
                AllOf(HasSubstr("auto_proxy"), HasSubstr("PAC"), HasSubstr("set server.proxy")));
    EXPECT_THAT(device().log(), HasSubstr("auto_proxy"));
    EXPECT_THAT(ctl({"doctor"}).output, HasSubstr("auto_proxy"));
}

}  // namespace
}  // namespace settings::system_test
