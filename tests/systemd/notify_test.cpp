// The word on the desktop, as a person switches it on: the package, the unit in its sandbox, and
// the bus of a session.

#include "tests/support/notification_server.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"
#include "tests/systemd/guest.h"

namespace settings::systemd_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto unit = "settingsd-notify.service";
auto const login = "Settings wait for a login";

class NotifyTest : public testing::Test {
  protected:
    /// As in a session of alice's.
    static Words in_session(Words const& words) {
        auto const runtime = "/run/user/" + std::to_string(guest().alice.service.user().uid);
        Words all{"env", "XDG_RUNTIME_DIR=" + runtime,
                  "DBUS_SESSION_BUS_ADDRESS=unix:path=" + runtime + "/bus"};
        all.insert(all.end(), words.begin(), words.end());
        return command_of(guest().alice.service.user(), all);
    }

    static Finished notify(Words words = {}) {
        words.insert(words.begin(), {"settingsctl", "notify"});
        return outcome_of(in_session(words));
    }

    /// Half a minute between two looks would make a long test.
    static void look_often() {
        auto const folder = alice().user().home / ".config/systemd/user";
        write_as_alice(folder / (unit + std::string{".d/often.conf"}),
                       "[Service]\nExecStart=\n"
                       "ExecStart=/usr/libexec/settingsd-notify --look-every 0.1\n");
        // As a desktop has one (systemd.special(7)).
        write_as_alice(folder / "desktop.target",
                       "[Unit]\nBindsTo=graphical-session.target\n"
                       "Before=graphical-session.target\n");
        alice().systemctl({"daemon-reload"});
    }

    static void write_as_alice(std::filesystem::path const& file, std::string const& text) {
        Acting const acting{alice().user()};
        std::filesystem::create_directories(file.parent_path());
        write_text(file, text);
    }

    static std::string state() {
        return alice().systemctl({"show", "--value", "--property=ActiveState", unit});
    }

    static Service const& alice() { return guest().alice.service; }
    static Emulator const& server() { return guest().alice.server; }

    TemporaryFolder folder;
};

TEST_F(NotifyTest, IsSwitchedOnTellsAPersonAndIsSwitchedOff) {
    EXPECT_THAT(notify({"on"}).errors, HasSubstr("sudo apt install settingsd-notify"));
    output_of({"dpkg", "--install", package("settingsd-notify")});
    EXPECT_EQ(notify().output, "off\n");
    look_often();

    auto const on = notify({"on"});

    EXPECT_EQ(on.output, "on\n") << on.errors;
    EXPECT_EQ(state(), "active\n");
    NotificationServer const desktop{in_session({program("notification-server")}),
                                     folder / "desktop"};
    server().set_faults("answer 401 forever");
    alice().ask([](Client& client) { return client.sync(); });
    expect_eventually([&] { return desktop.seen(); }, ElementsAre(login));
    server().set_faults("clear");
    alice().systemctl({"restart", "settingsd.service"});
    expect_eventually([&] { return desktop.seen(); }, ElementsAre(login, "-"));
    EXPECT_EQ(notify({"off"}).output, "off\n");
    EXPECT_EQ(state(), "inactive\n");
}

TEST_F(NotifyTest, ComesAndGoesWithTheGraphicalSession) {
    output_of({"dpkg", "--install", package("settingsd-notify")});
    look_often();
    ASSERT_EQ(notify({"on"}).output, "on\n");
    alice().systemctl({"stop", unit});
    EXPECT_EQ(notify().output, "on from the next desktop session on\n");

    alice().systemctl({"start", "desktop.target"});
    expect_eventually(state, "active\n");
    alice().systemctl({"stop", "desktop.target"});

    expect_eventually(state, "inactive\n");
}

TEST_F(NotifyTest, EndsWithTheBusAndWithoutTryingAgain) {
    output_of({"dpkg", "--install", package("settingsd-notify")});
    ASSERT_EQ(notify({"on"}).output, "on\n");

    alice().systemctl({"stop", "dbus.socket", "dbus.service"});

    expect_eventually(state, "failed\n");
    EXPECT_THAT(notify().output, HasSubstr("on, but it failed; why is in: "));
    EXPECT_THAT(notify({"on"}).errors, HasSubstr("now they cannot start: "));
    alice().systemctl({"start", "dbus.socket"});
    EXPECT_EQ(notify({"on"}).output, "on\n");
}

TEST_F(NotifyTest, ARemovalStopsIt) {
    output_of({"dpkg", "--install", package("settingsd-notify")});
    ASSERT_EQ(notify({"on"}).output, "on\n");

    output_of({"dpkg", "--remove", "settingsd-notify"});

    EXPECT_EQ(state(), "inactive\n");
    EXPECT_THAT(notify({"on"}).errors, HasSubstr("sudo apt install settingsd-notify"));
    EXPECT_EQ(alice().property("ActiveState"), "active");
}

}  // namespace
}  // namespace settings::systemd_test
