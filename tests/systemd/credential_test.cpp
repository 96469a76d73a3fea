// A token that systemd hands over reaches the daemon, and nobody else.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/systemd/guest.h"

namespace settings::systemd_test {
namespace {

using testing::HasSubstr;
using testing::Not;

bool may_read(User const& user, std::filesystem::path const& file) {
    return as(user, [&] { return faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) == 0; });
}

/// What everybody may see of a process, and what its user may.
std::string shown_of(int pid) {
    auto const folder = "/proc/" + std::to_string(pid);
    return read_text(folder + "/cmdline") + read_text(folder + "/environ");
}

class CredentialTest : public testing::Test {
  protected:
    /// The token does its work, and stays where it is.
    void expect_kept(Device& device, std::filesystem::path const& handed_over) {
        device.service.patch({{"by", "credential"}});
        expect_sync(device);

        EXPECT_TRUE(may_read(device.service.user(), handed_over));
        EXPECT_FALSE(may_read(guest().bob, handed_over));
        auto const token = read_text(handed_over);
        ASSERT_THAT(token, HasSubstr("."));
        for (auto const& told : {shown_of(device.service.pid()), device.service.log(),
                                 device.service.systemctl({"show", device.service.name()})})
            EXPECT_THAT(told, Not(HasSubstr(token.substr(token.rfind('.')))));
    }
};

TEST_F(CredentialTest, OfTheSystemsReachesTheServiceAlone) {
    EXPECT_FALSE(may_read(guest().kiosk.service.user(), "/etc/credstore/settingsd.kiosk.token"));

    expect_kept(guest().kiosk, "/run/credentials/settingsd@kiosk.service/token");
}

TEST_F(CredentialTest, OfAPersonsDropInReachesTheServiceAlone) {
    auto const& alice = guest().alice.service;
    auto const secret = alice.user().home / "secret";
    auto const own = alice.config().parent_path() / "token";
    std::filesystem::rename(own, secret);
    alice.override_with("[Service]\nLoadCredential=token:%h/secret\n");
    alice.systemctl({"restart", alice.name()});

    expect_kept(guest().alice, "/run/user/" + std::to_string(alice.user().uid) +
                                   "/credentials/settingsd.service/token");

    std::filesystem::rename(secret, own);
    alice.override_with("");
    alice.systemctl({"restart", alice.name()});
}

}  // namespace
}  // namespace settings::systemd_test
