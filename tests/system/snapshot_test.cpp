// What apps read without a call, of the real daemon.

#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <sstream>
#include <thread>

#include "settings/mapped_settings.h"
#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using client::MappedSettings;
using testing::AllOf;
using testing::HasSubstr;

/// Writes "left" and "right" by one edit, with ever larger numbers, whether a daemon lives or not.
class Pairs {
  public:
    explicit Pairs(Daemon const& device)
        : thread_{[this, client = device.client()]() mutable {
              for (std::int64_t n = 1; !is_stopping_; ++n)
                  if (client.patch({{"left", n}, {"right", n}})) acknowledged_ = n;
          }} {}
    ~Pairs() { stop(); }

    void stop() {
        is_stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }
    /// The largest number that is known to be on disk.
    [[nodiscard]] std::int64_t acknowledged() const { return acknowledged_; }

  private:
    std::atomic<bool> is_stopping_ = false;
    std::atomic<std::int64_t> acknowledged_ = 0;
    std::thread thread_;
};

class SnapshotTest : public SystemTest {
  protected:
    void boot_device(Daemon::Settings const& settings = {}) {
        boot({}, settings);
        if (!settings.contains("socket.snapshot")) expect_file();
    }
    /// A start answers first, and publishes then.
    void expect_file() {
        eventually("the settings are published", [this] { return map().refresh(); });
    }
    MappedSettings map() { return MappedSettings{device().socket()}; }
    [[nodiscard]] std::filesystem::path file() { return device().socket().native() + ".snapshot"; }
};

TEST_F(SnapshotTest, AnEditIsSeenOnceItIsAnswered) {
    boot_device();
    auto map = this->map();
    auto client = device().client();
    for (int n = 1; n <= 2'000; ++n) {
        auto const revision = client.set("volume", n);
        ASSERT_TRUE(revision);
        ASSERT_EQ(map.get<int>("volume", 0), n);
        ASSERT_GE(map.revision(), *revision);
    }
    ASSERT_TRUE(client.erase({"volume"}));
    EXPECT_FALSE(map.find("volume")->value);
}

TEST_F(SnapshotTest, AProgramInCReadsTheSame) {
    boot_device();
    patch(device(), {{"font", {{"size", 12}}}});
    auto const read = run({program("settings-reader"), file(), "get", "font.size"}, folder.path());
    EXPECT_EQ(read.status, 0);
    EXPECT_EQ(read.output, "12\n");
}

TEST_F(SnapshotTest, AClientReadsWithoutTheDaemonAndSeesItsOwnWrites) {
    boot_device();
    auto client = device().client();
    ASSERT_TRUE(client.patch({{"theme", "dark"}, {"font", {{"size", 12}}}}));

    device().process().send(SIGSTOP);
    EXPECT_EQ(client.get<std::string>("theme", ""), "dark");
    EXPECT_EQ(client.get("font").value(), Json({{"size", 12}}));
    EXPECT_EQ(client.get("none").error().code(), client::Errc::not_found);
    EXPECT_EQ(client.get("none").error().message(), "no setting has the path \"none\"");
    device().process().send(SIGCONT);
}

TEST_F(SnapshotTest, IsItsOwnersAlone) {
    boot_device();
    struct stat status {};
    ASSERT_EQ(lstat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode, S_IFREG | 0600U);
}

TEST_F(SnapshotTest, WhatTheServerBringsIsSeen) {
    boot_device();
    auto map = this->map();
    ASSERT_TRUE(map.refresh());
    server->set_document({{"theme", "light"}});
    expect_sync(device());
    EXPECT_EQ(map.get<std::string>("theme", ""), "light");
}

TEST_F(SnapshotTest, AReaderFollowsTheDaemonThroughARestart) {
    boot_device();
    auto map = this->map();
    patch(device(), {{"volume", 1}});
    ASSERT_EQ(map.get<int>("volume", 0), 1);

    EXPECT_EQ(device().stop(), 0);
    EXPECT_FALSE(exists(file()));
    EXPECT_FALSE(map.refresh());

    device().start();
    expect_file();
    EXPECT_EQ(map.get<int>("volume", 0), 1);
    std::thread editing{[this] { patch(device(), {{"volume", 2}}); }};
    EXPECT_TRUE(map.wait(patience));
    editing.join();
    EXPECT_EQ(map.get<int>("volume", 0), 2);
}

TEST_F(SnapshotTest, WhatAKilledDaemonLeftIsForWhoHasItMappedAlone) {
    boot_device();
    patch(device(), {{"volume", 1}});
    auto map = this->map();
    ASSERT_TRUE(map.refresh());

    device().kill();
    EXPECT_EQ(map.get<int>("volume", 0), 1) << "the last that was acknowledged";
    EXPECT_FALSE(this->map().refresh());

    device().start();
    EXPECT_TRUE(map.wait(patience)) << "another file came";
    expect_file();
    EXPECT_EQ(map.get<int>("volume", 0), 1);
}

TEST_F(SnapshotTest, KillsAndNewFilesShowNoReaderWhatNeverWas) {
    boot_device();
    Process reader{{program("settings-reader"), file(), "follow"},
                   {folder / "read", folder / "complaints"}};
    Pairs pairs{device()};
    constexpr int kills = 25;
    for (int n = 0; n < kills; ++n) {
        auto const before = pairs.acknowledged();
        eventually("some edits", [&] { return pairs.acknowledged() > before + 40 * (n % 5); });
        device().kill();
        device().start();
    }
    auto const first = pairs.acknowledged();
    eventually("a file that was filled", [&] { return pairs.acknowledged() > first + 1'000; });
    pairs.stop();
    expect_file();
    EXPECT_GE(map().get<std::int64_t>("left", 0), pairs.acknowledged());

    auto const settled = map().get<std::int64_t>("left", 0);
    reader.send(SIGTERM);
    EXPECT_EQ(reader.wait(), 0) << read_text(folder / "complaints");
    std::istringstream read{read_text(folder / "read")};
    std::int64_t last = 0;
    int files = 0;
    read >> last >> files;
    EXPECT_LE(last, settled);
    EXPECT_GT(last, 0);
    EXPECT_GT(files, kills / 2) << "it followed";
}

TEST_F(SnapshotTest, IsNotThereUnlessItIsWanted) {
    boot_device();
    device().kill();
    ASSERT_TRUE(exists(file()));
    device().configure({{"server.url", quoted(server->url())},
                        {"server.ca_file", quoted(server->ca())},
                        {"socket.snapshot", "false"}});
    device().start();
    EXPECT_FALSE(exists(file())) << "of another daemon's life";
    auto client = device().client();
    ASSERT_TRUE(client.set("volume", 1));
    EXPECT_EQ(client.get<int>("volume", 0), 1);
    EXPECT_FALSE(exists(file()));
}

TEST_F(SnapshotTest, WhereItCannotBeWrittenNothingElseIsWrong) {
    serve();
    make_device("d");
    std::filesystem::create_directories(device().socket().parent_path());
    std::filesystem::permissions(device().socket().parent_path(),
                                 std::filesystem::perms::owner_all);
    std::filesystem::create_directory(file());
    device().start();
    auto client = device().client();
    ASSERT_TRUE(client.set("volume", 1));
    EXPECT_EQ(client.get<int>("volume", 0), 1);
    EXPECT_THAT(device().log(),
                AllOf(HasSubstr("apps read over the socket"), HasSubstr("Is a directory")));
}

}  // namespace
}  // namespace settings::system_test
