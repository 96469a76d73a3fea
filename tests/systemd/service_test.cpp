// settingsd as systemd runs it, for a person and for a user without sessions: how it starts, what
// it keeps to itself, and that nobody notices when it ends.

#include <sys/syscall.h>

#include <algorithm>
#include <cctype>
#include <future>
#include <map>
#include <memory>

#include "tests/support/eventually.h"
#include "tests/support/programs.h"
#include "tests/system/support/raw_connection.h"
#include "tests/system/support/writers.h"
#include "tests/systemd/device_test.h"
#include "tests/systemd/held_thread.h"

namespace settings::systemd_test {
namespace {

using system_test::RawConnection;
using system_test::Writers;
using testing::HasSubstr;
using testing::Not;

/// "alice:alice 700"
std::string guarded(std::filesystem::path const& path) {
    return output_of({"stat", "--format=%U:%G %a", path});
}

class ServiceTest : public DeviceTest {
  protected:
    void SetUp() override {
        device().server.set_faults("clear");
        device().server.set_online(true);
        service().systemctl({"start", service().name() + ".service"});
    }

    /// One of the user's that stays open after an answer.
    std::unique_ptr<RawConnection> connection_that_was_served() {
        auto connection = as(service().user(),
                             [&] { return std::make_unique<RawConnection>(service().socket()); });
        connection->send("GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
        static_cast<void>(connection->receive_until("\"version\""));
        return connection;
    }

    /// Kills it in a way that it cannot answer.
    void kill() {
        service().systemctl({"kill", "--signal=KILL", "--kill-who=main", service().name()});
    }
};

INSTANTIATE_TEST_SUITE_P(, ServiceTest, either_device, name_of_device);

TEST_P(ServiceTest, RunsFromTheStart) {
    EXPECT_EQ(state(), "active");
    EXPECT_EQ(service().property("SubState"), "running");
}

/// A person's daemon reads it below the person's own file; the system's has no other.
TEST_P(ServiceTest, ReadsTheMachinesConfiguration) {
    std::filesystem::path const of_machine = "/etc/settingsd/config.toml";

    auto const told = service().ask([](Client& client) { return client.configuration(); });

    EXPECT_EQ(told.files.front().path, service().config());
    EXPECT_EQ(told.files.back().path, of_machine);
    EXPECT_TRUE(told.files.back().present);
    EXPECT_EQ(told.files.size(), service().config() == of_machine ? 1U : 2U);
    std::map<std::string, client::Configuration::Setting> settings;
    for (auto const& setting : told.settings) settings[setting.name] = setting;
    EXPECT_EQ(settings.at("server.url").file, service().config());
    EXPECT_EQ(settings.at("socket.path").source, "systemd");
}

TEST_P(ServiceTest, IsStartedByItsFirstClient) {
    service().systemctl({"stop", service().name() + ".service"});
    ASSERT_EQ(state(), "inactive");
    ASSERT_EQ(service().socket_property("SubState"), "listening");

    EXPECT_TRUE(service().document().is_object());

    expect_eventually([&] { return state(); }, "active");
    EXPECT_EQ(service().socket_property("SubState"), "running");
}

TEST_P(ServiceTest, TellsSystemdWhatItTellsPeople) {
    device().server.set_online(false);
    service().patch({{"told", "to everybody"}});

    expect_eventually([&] { return service().property("StatusText"); },
                      HasSubstr("next attempt in"));
    device().server.set_online(true);
    expect_sync(device());

    expect_eventually([&] { return service().property("StatusText"); }, service().status().summary);
}

TEST_P(ServiceTest, PublishesForItsUserWhatIsReadWithoutACall) {
    service().patch({{"published", 42}});
    auto const& name = service().user().name;
    auto const file = service().socket().string() + ".snapshot";

    EXPECT_EQ(guarded(file), name + ":" + name + " 600\n");
    EXPECT_EQ(output_of(command_of(service().user(),
                                   {program("settings-reader"), file, "get", "published"})),
              "42\n");
}

TEST_P(ServiceTest, KeepsStoreAndSocketToItsUser) {
    auto const& name = service().user().name;

    EXPECT_EQ(guarded(service().store()), name + ":" + name + " 700\n");
    for (auto const& entry : std::filesystem::directory_iterator{service().store()})
        EXPECT_EQ(guarded(entry), name + ":" + name + " 600\n") << entry;
    EXPECT_EQ(guarded(service().socket()).substr(0, name.size() + 1), name + ":");
    EXPECT_TRUE(guarded(service().socket()).ends_with(" 600\n"));
}

TEST_P(ServiceTest, RefusesOtherUsersAtTheSocket) {
    auto const ask = [&](User const& stranger) {
        Acting const acting{stranger};
        return system_test::exchange(service().socket(),
                                     system_test::request("GET", "/settings/user"));
    };
    EXPECT_THROW(ask(guest().bob), std::system_error);
    EXPECT_THAT(ask(make_user("root")), HasSubstr(" 403 "));

    // Even if somebody opens the way to it.
    auto const folder = service().socket().parent_path();
    output_of({"chmod", "o+x", folder, folder.parent_path()});
    output_of({"chmod", "o+rw", service().socket()});
    EXPECT_THAT(ask(guest().bob), HasSubstr(" 403 "));
    output_of({"chmod", "o-rw", service().socket()});
    if (GetParam() == &Guest::alice) output_of({"chmod", "o-x", folder, folder.parent_path()});
}

TEST_P(ServiceTest, SyncsOverHttpsFromInsideItsSandbox) {
    service().patch({{"synced", service().name()}});

    expect_sync(device());

    EXPECT_EQ(device().server.document().at("synced"), service().name());
}

TEST_P(ServiceTest, ReadsItsConfigurationAgainOrKeepsTheOldOne) {
    auto const before = service().pid();
    auto const configured = read_text(service().config());

    write_text(service().config(), configured + "log.level = \"debug\"\n");
    service().systemctl({"reload", service().name()});
    expect_eventually([&] { return service().log(); }, HasSubstr("configuration read again"));
    expect_eventually([&] { return state(); }, "active");

    write_text(service().config(), configured + "log.level = \"loud\"\n");
    service().systemctl({"reload", service().name()});
    expect_eventually(
        [&] { return service().log({"--priority=err"}); },
        HasSubstr("the configuration stays as it was: " + service().config().string()));
    expect_eventually([&] { return state(); }, "active");
    EXPECT_EQ(service().pid(), before);

    write_text(service().config(), configured);
    service().systemctl({"reload", service().name()});
}

TEST_P(ServiceTest, ASocketWhoseFileWasRemovedIsMadeAnewAsEverybodyIsAdvised) {
    std::filesystem::remove(service().socket());

    service().systemctl({"restart", service().name() + ".socket"});

    EXPECT_TRUE(service().document().is_object());
}

TEST_P(ServiceTest, AClientThatComesWhileItIsDownWaitsAndIsServed) {
    auto const before = service().pid();
    service().override_with("[Service]\nRestartSec=3\n");
    kill();
    expect_eventually([&] { return state(); }, "activating");

    auto const document = service().document();

    EXPECT_TRUE(document.is_object());
    service().await_successor_of(before);
    service().override_with("");
}

TEST_P(ServiceTest, LosesNothingThatWasAcknowledgedWhenKilledUnderLoad) {
    auto const writers =
        as(service().user(), [&] { return std::make_unique<Writers>(service().socket(), 8, 5); });

    for (int round = 0; round < 5; ++round) {
        auto const enough = writers->count() + 20;
        eventually("edits are acknowledged", [&] { return writers->count() >= enough; });
        kill();
    }
    writers->stop();

    auto const document = service().document();
    for (auto const& [key, value] : writers->acknowledged())
        EXPECT_GE(document.value(key, -1), value) << key;
    expect_sync(device());
}

TEST_P(ServiceTest, StopsOnlyWhenTheCommitInHandIsDone) {
    expect_sync(device());  // and no other commit is under way
    auto const before = service().status().revision.value();
    auto const idle = connection_that_was_served();
    std::future<client::Revision> edit;
    {
        HeldThread writer{service().pid(), "writer"};
        edit = std::async(std::launch::async, [&] { return service().patch({{"last", before}}); });
        writer.hold_at(SYS_fdatasync);
        service().systemctl({"stop", "--no-block", service().name() + ".service"});
        // A daemon that begins to stop closes it. The manager's word on the state may come when the
        // grace for those who wait for an answer is over.
        static_cast<void>(idle->receive_all());
    }

    EXPECT_GT(edit.get(), before);
    expect_eventually([&] { return state(); }, "inactive");
    EXPECT_EQ(service().property("Result"), "success");
    EXPECT_EQ(service().document().at("last"), before);
}

TEST_P(ServiceTest, StopsWithoutWaitingForTheNetwork) {
    expect_sync(device());
    device().server.forget_requests();
    device().server.set_faults("hang forever");
    service().patch({{"hanging", "on"}});
    expect_eventually([&] { return device().server.methods(); }, "GET");

    service().systemctl({"stop", service().name() + ".service"});

    EXPECT_EQ(service().property("Result"), "success");
    EXPECT_EQ(service().property("ExecMainStatus"), "0");
    device().server.set_faults("clear");
    expect_sync(device());
}

TEST_P(ServiceTest, LeavesAReadableJournalWithoutTokens) {
    auto const token = device().server.token();
    auto const log = service().log();

    EXPECT_THAT(log, HasSubstr("serving "));
    EXPECT_THAT(log, HasSubstr(" on " + service().socket().string()));
    EXPECT_THAT(log, Not(HasSubstr(token.substr(token.rfind('.') + 1))));
    EXPECT_TRUE(std::all_of(log.begin(), log.end(),
                            [](unsigned char c) { return c == '\n' || std::iscntrl(c) == 0; }));
    EXPECT_THAT(service().log({"--priority=warning"}), Not(HasSubstr("serving ")));
}

}  // namespace
}  // namespace settings::systemd_test
