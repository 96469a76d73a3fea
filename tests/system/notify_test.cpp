// What a person is told on the desktop: settingsd-notify between the real daemon and a session's
// bus of the test's own.

#include <signal.h>

#include "tests/support/notification_server.h"
#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

constexpr int no_bus = 69;

auto const login_title = "Settings wait for a login";
auto const conflict_title = "1 setting was changed here and elsewhere";

/// A bus where nobody is started by being asked for.
class SessionBus {
  public:
    explicit SessionBus(std::filesystem::path const& folder) {
        auto const config = folder / "bus.conf", told = folder / "bus.address";
        write_text(config,
                   "<busconfig><type>session</type><listen>unix:dir=" + folder.string() +
                       "</listen><policy context=\"default\"><allow send_destination=\"*\"/>"
                       "<allow receive_sender=\"*\"/>"
                       "<allow own=\"*\"/></policy></busconfig>");
        process_.emplace(std::vector<std::string>{"dbus-daemon", "--config-file=" + config.string(),
                                                  "--nofork", "--print-address"},
                         Process::Output{told, folder / "bus.log"});
        eventually("the bus serves", [&] { return read_text(told).ends_with('\n'); });
        address_ = read_text(told);
        address_.pop_back();
    }

    void end() { process_->kill(); }

    /// Runs a program of the build at this bus.
    [[nodiscard]] std::vector<std::string> words(std::string const& name,
                                                 std::vector<std::string> const& more = {}) const {
        std::vector<std::string> all{"env", "DBUS_SESSION_BUS_ADDRESS=" + address_, program(name)};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

  private:
    std::optional<Process> process_;
    std::string address_;
};

class NotifyTest : public SystemTest {
  protected:
    void SetUp() override { bus.emplace(folder.path()); }

    void show_notifications(std::vector<std::string> const& capabilities = {}) {
        desktop.reset();
        desktop.emplace(bus->words("notification-server", capabilities),
                        folder / ("desktop" + std::to_string(++desktops)));
    }

    void start_notify() {
        notify.emplace(
            bus->words("settingsd-notify", {"--socket", device().socket(), "--look-every", "0.02"}),
            Process::Output{"/dev/null", folder / "notify.log"});
    }

    /// All is well, and the program looks.
    void boot_with_notify() {
        boot();
        show_notifications();
        start_notify();
    }

    [[nodiscard]] std::vector<std::string> seen() const { return desktop->seen(); }
    [[nodiscard]] std::string log() const { return read_text(folder / "notify.log"); }

    void refuse_tokens() {
        server->set_faults("answer 401 forever");
        ctl({"sync"});
        expect_eventually([&] { return device().status().waits_for; }, "login");
    }

    void take_tokens() {
        server->set_faults("clear");
        device().put_token(server->mint(3'600));
        expect_eventually([&] { return device().status().waits_for; }, "idle");
    }

    /// Another device and this one set a setting at the same time.
    void clash(std::string const& setting) {
        ctl({"pause"});
        ctl({"set", setting + "=here"});
        auto document = server->document();
        document[setting] = "elsewhere";
        server->set_document(document);
        ctl({"resume"});
        expect_sync(device());
    }

    std::optional<SessionBus> bus;
    std::optional<NotificationServer> desktop;
    std::optional<Process> notify;
    int desktops = 0;
};

TEST_F(NotifyTest, TellsOnceThatTheLoginIsOverAlsoAcrossARestartOfTheDaemon) {
    boot_with_notify();
    refuse_tokens();
    expect_eventually([&] { return seen(); }, ElementsAre(login_title));
    EXPECT_THAT(desktop->calls().at(0).at("text").get<std::string>(),
                AllOf(HasSubstr("login needed: "), HasSubstr("\nTo do: settingsctl login")));

    device().kill();
    device().start();
    expect_eventually([&] { return device().status().waits_for; }, "login");
    take_tokens();

    expect_eventually([&] { return seen(); }, ElementsAre(login_title, "-"));
    refuse_tokens();
    expect_eventually([&] { return seen(); }, ElementsAre(login_title, "-", login_title));
}

TEST_F(NotifyTest, TellsOfConflictsAndOfMoreInTheSamePlace) {
    boot_with_notify();
    clash("theme");
    expect_eventually([&] { return seen(); }, ElementsAre(conflict_title));
    clash("font");
    expect_eventually([&] { return seen(); },
                      ElementsAre(conflict_title, "2 settings were changed here and elsewhere"));
    auto const calls = desktop->calls();
    EXPECT_EQ(calls.at(1).at("replaced"), calls.at(0).at("number"));
    EXPECT_THAT(calls.at(1).at("text").get<std::string>(),
                HasSubstr("\nTo do: settingsctl conflicts"));

    ctl({"conflicts", "discard", "--all"});
    expect_eventually([&] { return seen(); }, SizeIs(3));
    EXPECT_EQ(desktop->calls().at(2).at("closed"), calls.at(0).at("number"));
    clash("volume");

    expect_eventually([&] { return seen().back(); }, conflict_title);
    EXPECT_THAT(seen(), SizeIs(4));
}

TEST_F(NotifyTest, TellsThatADocumentWaitsForADecision) {
    boot_with_notify();
    Json twelve;
    for (int i = 0; i < 12; ++i) twelve["key" + std::to_string(i)] = i;
    server->set_document(twelve);
    expect_sync(device());
    server->set_document({{"key0", 0}});
    ctl({"sync"});

    expect_eventually([&] { return seen(); }, ElementsAre("Settings wait for your decision"));
    EXPECT_THAT(desktop->calls().at(0).at("text").get<std::string>(),
                AllOf(HasSubstr("remove 11 of the 12"), HasSubstr("\nTo do: settingsctl review")));
    ctl({"review", "refuse"});
    expect_eventually([&] { return seen(); }, ElementsAre("Settings wait for your decision", "-"));
}

TEST_F(NotifyTest, TellsThatTheServerRefusesServiceAndWhatItRefuses) {
    boot_with_notify();
    server->set_faults("refuse key poison");
    ctl({"set", "poison=1"});
    expect_eventually([&] { return seen(); }, ElementsAre("The server refuses 1 setting"));
    EXPECT_THAT(desktop->calls().at(0).at("text").get<std::string>(), HasSubstr("poison: "));

    server->set_faults("answer 403 forever");
    ctl({"sync"});
    expect_eventually([&] { return seen(); }, SizeIs(2));
    EXPECT_EQ(seen().back(), "The sync of settings is held");
}

/// A name is text, also where a desktop takes text for markup.
TEST_F(NotifyTest, WordsFromElsewhereAreNoMarkup) {
    boot();
    server->set_faults("refuse key a<b>&amp;");
    ctl({"set", "a<b>&amp;=1"});
    expect_eventually([&] { return device().status().rejected.size(); }, 1U);
    using Capabilities = std::vector<std::string>;
    for (auto const& [capabilities, name] : std::vector<std::pair<Capabilities, std::string>>{
             {{"body"}, "a<b>&amp;: "}, {{"body", "body-markup"}, "a&lt;b&gt;&amp;amp;: "}}) {
        show_notifications(capabilities);
        start_notify();
        expect_eventually([&] { return seen(); }, SizeIs(1));
        EXPECT_THAT(desktop->calls().at(0).at("text").get<std::string>(), StartsWith(name));
    }
}

TEST_F(NotifyTest, WaitsForADesktopThatShowsSomethingAndSaysSoOnce) {
    boot();
    start_notify();
    refuse_tokens();
    auto const complaint =
        "settingsd-notify: the desktop does not show \"" + std::string{login_title};
    expect_eventually([&] { return log(); }, HasSubstr(complaint));

    show_notifications();

    expect_eventually([&] { return seen(); }, ElementsAre(login_title));
    EXPECT_EQ(log().find(complaint), log().rfind(complaint));
    show_notifications();
    take_tokens();
    expect_eventually([&] { return seen(); }, ElementsAre("-"));
}

TEST_F(NotifyTest, WaitsForADaemonThatIsNotThere) {
    serve();
    make_device("a");
    show_notifications();
    start_notify();
    expect_eventually([&] { return log(); }, HasSubstr("no socket at"));

    device().start();
    refuse_tokens();

    expect_eventually([&] { return seen(); }, ElementsAre(login_title));
}

TEST_F(NotifyTest, EndsWithASentenceWhereThereIsNoBus) {
    boot();
    auto const words = bus->words("settingsd-notify", {"--socket", device().socket()});
    bus->end();

    auto const ended = run(words, folder.path());

    EXPECT_EQ(ended.status, no_bus);
    EXPECT_THAT(ended.errors, HasSubstr("settingsd-notify: there is no session's bus at "));
}

TEST_F(NotifyTest, EndsWithTheBus) {
    boot_with_notify();
    refuse_tokens();
    expect_eventually([&] { return seen(); }, ElementsAre(login_title));

    bus->end();

    EXPECT_EQ(notify->wait(), no_bus);
    EXPECT_THAT(log(), HasSubstr("the session's bus has gone"));
}

TEST_F(NotifyTest, ItsCommandLineIsJudged) {
    boot();
    for (auto const* wrong : {"--loud", "--look-every=0", "--look-every=soon", "--look-every=nan"})
        EXPECT_EQ(run({program("settingsd-notify"), wrong}, folder.path()).status, 64) << wrong;
    auto const help = run({program("settingsd-notify"), "--help"}, folder.path());
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.output, HasSubstr("settingsctl notify on"));
}

}  // namespace
}  // namespace settings::system_test
