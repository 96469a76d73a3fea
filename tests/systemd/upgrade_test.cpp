// The package comes and goes while apps write. Nobody notices, and nothing is lost.

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <cctype>

#include "tests/support/eventually.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/support/writers.h"
#include "tests/systemd/guest.h"

namespace settings::systemd_test {
namespace {

namespace fs = std::filesystem;
using system_test::Writers;

/// Of the same length, so that it can take the other's place in a program.
std::string version_after(std::string version) {
    std::replace_if(
        version.begin(), version.end(), [](unsigned char c) { return isdigit(c); }, '9');
    return version;
}

/// The package under test, but for the version that it bears and that its programs tell.
fs::path next_package(fs::path const& folder) {
    auto const tree = folder / "tree";
    auto const replacement = "s/" +
                             boost::replace_all_copy(std::string{SETTINGSD_VERSION}, ".", "\\.") +
                             "/" + version_after(SETTINGSD_VERSION) + "/g";
    output_of({"dpkg-deb", "--raw-extract", package("settingsd"), tree});
    output_of({"sed", "--in-place", replacement, tree / "DEBIAN/control",
               tree / "usr/bin/settingsd", tree / "usr/bin/settingsctl"});
    output_of({"dpkg-deb", "-Znone", "--build", tree, folder / "next.deb"});
    return folder / "next.deb";
}

/// Apps of one device that write on and on, while its server is out of reach.
class Load {
  public:
    explicit Load(Device& device)
        : device_{device}, writers_{as(device.service.user(), [&] {
              return std::make_unique<Writers>(device.service.socket(), 4, 5);
          })} {
        device.server.set_online(false);
        wait_for_more();
    }

    void wait_for_more() {
        auto const enough = writers_->count() + 50;
        eventually("edits are acknowledged", [&] { return writers_->count() >= enough; });
    }

    /// Expects each acknowledged edit to be there, and to reach the server now.
    void expect_nothing_lost() {
        writers_->stop();
        auto const document = device_.service.document();
        for (auto const& [key, value] : writers_->acknowledged())
            EXPECT_GE(document.value(key, -1), value) << key;
        EXPECT_GT(device_.service.status().pending, 0U);
        device_.server.set_online(true);
        expect_sync(device_);
    }

  private:
    Device& device_;
    std::unique_ptr<Writers> writers_;
};

class UpgradeTest : public testing::Test {
  protected:
    void install(fs::path const& file) { output_of({"dpkg", "--install", file}); }

    static std::string version(Device const& device) { return device.service.status().version; }

    Device& alice = guest().alice;
    Device& kiosk = guest().kiosk;
    TemporaryFolder folder;
};

TEST_F(UpgradeTest, UpgradeAndDowngradeUnderLoadLoseNoPendingEdit) {
    auto const next = next_package(folder.path());
    Load of_alice{alice}, of_kiosk{kiosk};

    install(next);
    for (auto* device : {&alice, &kiosk})
        EXPECT_EQ(version(*device), version_after(SETTINGSD_VERSION));
    of_alice.wait_for_more();
    of_kiosk.wait_for_more();

    install(package("settingsd"));
    for (auto* device : {&alice, &kiosk}) EXPECT_EQ(version(*device), SETTINGSD_VERSION);
    of_alice.wait_for_more();
    of_kiosk.wait_for_more();

    of_alice.expect_nothing_lost();
    of_kiosk.expect_nothing_lost();
}

/// With a boot of its own, because not everything comes back.
using PurgeTest = UpgradeTest;

TEST_F(PurgeTest, ARemovalStopsWhatRunsAndAPurgeLeavesOnlyWhatPeopleHave) {
    alice.service.patch({{"kept", true}});
    auto const runs = [&](Device const& device) {
        return device.service.property("ActiveState") + " " +
               device.service.socket_property("ActiveState");
    };

    output_of({"dpkg", "--remove", "settingsd"});
    for (auto* device : {&alice, &kiosk}) {
        EXPECT_EQ(runs(*device), "inactive inactive");
        EXPECT_FALSE(fs::exists(device->service.socket()));
        EXPECT_TRUE(fs::exists(device->service.store() / "settings.db"));
    }

    output_of({"dpkg", "--purge", "settingsd"});
    EXPECT_FALSE(fs::exists("/var/lib/settingsd"));
    EXPECT_FALSE(fs::exists("/run/settingsd"));
    EXPECT_EQ(output_of({"find", "/etc/systemd", "/lib/systemd", "/run/systemd/system", "-name",
                         "*settingsd*"}),
              "");
    EXPECT_TRUE(fs::exists(alice.service.store() / "settings.db"));

    install(package("settingsd"));
    EXPECT_EQ(alice.service.document().at("kept"), true);
}

}  // namespace
}  // namespace settings::systemd_test
