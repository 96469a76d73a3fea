#include "tests/systemd/guest.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/eventually.h"

namespace settings::systemd_test {
namespace {

namespace fs = std::filesystem;

/// Nothing of this may happen to a machine that somebody uses.
void expect_to_be_in_a_guest() {
    if (!fs::exists("/etc/guest-for-tests"))
        throw std::runtime_error{
            "these tests install packages and make users; run them by guest.sh"};
}

/// In place before the package, which is to find a session and start a daemon in it.
Service make_person() {
    expect_to_be_in_a_guest();
    auto made = Service::of_person("alice");
    output_of({"loginctl", "enable-linger", "alice"});
    eventually("alice's manager is up", [&] {
        return outcome_of(
                   {"systemctl", "is-active", "--quiet", "user@" + std::to_string(made.user().uid)})
                   .status == 0;
    });
    output_of({"dpkg", "--install", package("settingsd")});
    return made;
}

void write_secret(fs::path const& file, std::string const& secret) {
    write_text(file, "");
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    write_text(file, secret + '\n');
}

/// Has the device find its server and trust it.
void introduce(Device const& device) {
    auto const authority = "/etc/settingsd/" + device.service.user().name + ".pem";
    write_text(authority, read_text(device.server.ca()));
    device.service.configure("server.url = \"" + device.server.url() + "\"\nserver.ca_file = \"" +
                             authority + "\"\n");
}

}  // namespace

Guest::Guest()
    : alice{make_person(), Emulator{"/run/server/alice"}},
      kiosk{Service::of_system("kiosk"), Emulator{"/run/server/kiosk"}},
      bob{make_user("bob")} {
    introduce(alice);
    as(alice.service.user(), [&] {
        write_secret(alice.service.config().parent_path() / "token", alice.server.token());
        return true;
    });
    alice.service.systemctl({"restart", "settingsd"});

    introduce(kiosk);
    fs::create_directory("/etc/credstore");
    fs::permissions("/etc/credstore", fs::perms::owner_all);
    write_secret("/etc/credstore/settingsd.kiosk.token", kiosk.server.token());
    output_of(
        {"systemctl", "enable", "--now", "settingsd@kiosk.socket", "settingsd@kiosk.service"});
}

fs::path package(std::string const& name) {
    for (auto const& entry : fs::directory_iterator{PACKAGES})
        if (entry.path().filename().string().starts_with(name + "_")) return entry.path();
    throw std::runtime_error{"no package " + name + " in " PACKAGES};
}

void expect_sync(Device& device) {
    auto const outcome = device.service.ask([](Client& client) { return client.sync(patience); });
    EXPECT_TRUE(outcome.synced) << device.service.log();
    // What was asked for while a round went on is looked at in a round of its own.
    expect_eventually([&] { return device.service.status().state; }, "idle");
    EXPECT_EQ(device.server.document(), device.service.document());
}

}  // namespace settings::systemd_test
