// settingsctl notify, with a systemctl of the test's own: tests/systemd has the real one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/process.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"

namespace settings::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string unit_shown(std::string const& load, std::string const& file,
                       std::string const& active) {
    return "LoadState=" + load + "\nActiveState=" + active + "\nUnitFileState=" + file + '\n';
}

std::string const unit_absent = unit_shown("not-found", "", "inactive");
std::string const unit_masked = unit_shown("masked", "masked", "inactive");
std::string const unit_off = unit_shown("loaded", "disabled", "inactive");
std::string const unit_on = unit_shown("loaded", "enabled", "active");
std::string const unit_on_later = unit_shown("loaded", "enabled", "inactive");
std::string const unit_failed = unit_shown("loaded", "enabled", "failed");
std::string const unit_lingering = unit_shown("loaded", "disabled", "active");

class NotifyCommandTest : public testing::Test {
  protected:
    /// What systemctl shows, until it is told to change something, and from then on; and how that
    /// change ends.
    void arrange(std::string const& before, std::string const& after = "", int status = 0) {
        write_text(folder / "shown", before);
        write_text(folder / "after", after);
        write_text(folder / "said", status == 0 ? "" : "systemd says why\n");
        write_systemctl(R"(
            print() { while read -r line; do echo "$line"; done <"$1"; }
            if [ "$2" = show ]; then print shown; exit; fi
            echo "$*" >>asked
            print after >shown
            print said >&2
            exit )" + std::to_string(status));
    }

    void write_systemctl(std::string const& script) {
        write_text(folder / "systemctl", "#!/bin/sh\ncd \"${0%/*}\"\n" + script + '\n');
        std::filesystem::permissions(folder / "systemctl", std::filesystem::perms::owner_all);
    }

    Finished notify(std::vector<std::string> const& words = {}) {
        std::vector<std::string> all{"env", "PATH=" + folder.path().string(),
                                     program("settingsctl"), "notify"};
        all.insert(all.end(), words.begin(), words.end());
        return settings::run(all, folder.path());
    }

    [[nodiscard]] std::string asked() const { return read_text(folder / "asked"); }

    TemporaryFolder folder;
};

TEST_F(NotifyCommandTest, TellsHowItStands) {
    for (auto const& [state, told] : std::vector<std::pair<std::string, std::string>>{
             {unit_off, "off\n"},
             {unit_on, "on\n"},
             {unit_on_later, "on from the next desktop session on\n"},
             {unit_failed, "on, but it failed; why is in: journalctl --user -u settingsd-notify\n"},
             {unit_lingering, "off from the next session on\n"},
             {unit_masked, "off, and masked: systemctl --user unmask settingsd-notify.service\n"},
             {unit_absent,
              "off; the package settingsd-notify is not installed: sudo apt install "
              "settingsd-notify\n"}}) {
        arrange(state);
        auto const finished = notify();
        EXPECT_EQ(finished.output, told);
        EXPECT_EQ(finished.status, 0);
    }
    EXPECT_EQ(asked(), "");
}

TEST_F(NotifyCommandTest, TellsProgramsTheSame) {
    arrange(unit_on_later);
    EXPECT_EQ(notify({"--json"}).output,
              "{\"enabled\":true,\"installed\":true,\"running\":false}\n");
}

TEST_F(NotifyCommandTest, SwitchesOnAndOff) {
    arrange(unit_off, unit_on);
    EXPECT_EQ(notify({"on"}).output, "on\n");
    EXPECT_EQ(asked(), "--user --quiet enable --now -- settingsd-notify.service\n");

    std::filesystem::remove(folder / "asked");
    arrange(unit_on, unit_off);
    EXPECT_EQ(notify({"off"}).output, "off\n");
    EXPECT_EQ(asked(), "--user --quiet disable --now -- settingsd-notify.service\n");
}

TEST_F(NotifyCommandTest, SaysWhatHasToBeDoneFirst) {
    arrange(unit_absent);
    EXPECT_EQ(notify({"on"}).status, 1);
    EXPECT_THAT(notify({"on"}).errors, HasSubstr("sudo apt install settingsd-notify"));

    arrange(unit_masked);
    EXPECT_EQ(notify({"on"}).status, 1);
    EXPECT_THAT(notify({"on"}).errors,
                HasSubstr("first: systemctl --user unmask settingsd-notify.service"));
    EXPECT_EQ(asked(), "");
}

TEST_F(NotifyCommandTest, SaysWhatItCameToWhereItDidNotWork) {
    constexpr int not_done = 1;
    arrange(unit_off, unit_failed, not_done);
    EXPECT_THAT(notify({"on"}).errors,
                StartsWith("settingsctl: notifications are on from the next desktop session on; "
                           "now they cannot start: systemd says why; why is in: journalctl"));
    arrange(unit_off, unit_off, not_done);
    EXPECT_EQ(notify({"on"}).errors, "settingsctl: notifications stay off: systemd says why\n");
    // Enabled for everybody, which a person's disable changes nothing about.
    arrange(unit_on, unit_on_later);
    auto const finished = notify({"off"});
    EXPECT_EQ(finished.status, 1);
    EXPECT_EQ(finished.errors,
              "settingsctl: notifications stay on; this ends them: systemctl --user mask --now "
              "settingsd-notify.service\n");
}

TEST_F(NotifyCommandTest, SaysThatThereIsNoManager) {
    write_systemctl("echo 'Failed to connect to bus: No medium found' >&2; exit 1");

    auto const finished = notify();

    EXPECT_EQ(finished.status, 1);
    EXPECT_EQ(finished.errors,
              "settingsctl: your systemd manager does not answer (Failed to connect to bus: No "
              "medium found); log in to a session of your own, not by su or sudo\n");
}

TEST_F(NotifyCommandTest, SaysThatThereIsNoSystemd) {
    auto const finished = notify({"on"});

    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.errors, HasSubstr("there is no systemctl here"));
}

}  // namespace
}  // namespace settings::cli
