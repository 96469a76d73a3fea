#include "snapshot/publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "model/json.h"
#include "settings/mapped_settings.h"
#include "tests/snapshot/planted_file.h"
#include "tests/support/eventually.h"
#include "tests/support/process.h"
#include "tests/support/small_disk.h"
#include "tests/support/temporary_folder.h"

namespace settings::snapshot {
namespace {

namespace fs = std::filesystem;
using client::MappedSettings;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PublisherTest : public testing::Test {
  protected:
    void start() {
        publisher.emplace(
            path(),
            [this] {
                std::vector<Text> all;
                for (auto const& [key, text] : document)
                    all.push_back({key, std::make_shared<std::string const>(text)});
                return all;
            },
            [this](std::string const& why) { reports.push_back(why); },
            [this](std::size_t, std::function<void()> work, std::function<void()> done) {
                begun.push_back([work = std::move(work), done = std::move(done)] {
                    work();
                    done();
                });
                if (!waits) finish();
            });
    }

    /// What is made elsewhere is made now.
    void finish() {
        while (!begun.empty()) std::exchange(begun, {}).front()();
    }

    /// As the daemon does it: the document first.
    void set(std::string const& key, Json const& value) {
        auto const text = document.insert_or_assign(key, to_text(value)).first;
        std::array const changes{Change{text->first, text->second}};
        publisher->publish({++revision, 1}, changes);
    }

    /// Until another file has come in this one's place.
    void fill() {
        auto const first = file_number();
        for (int n = 0; file_number() == first; ++n) set("filler", n);
    }

    [[nodiscard]] fs::path path() const { return folder / "socket.snapshot"; }
    [[nodiscard]] std::uint64_t file_number() const {
        struct stat status {};
        return lstat(path().c_str(), &status) == 0 ? status.st_ino : 0;
    }
    [[nodiscard]] std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (auto const& entry : fs::directory_iterator{folder.path()})
            names.push_back(entry.path().filename());
        return names;
    }

    TemporaryFolder folder;
    std::map<std::string, std::string> document;
    Revision revision = 0;
    std::vector<std::string> reports;
    bool waits = false;  ///< what is made elsewhere takes until finish()
    std::vector<std::function<void()>> begun;
    std::optional<Publisher> publisher;
    MappedSettings map{folder / "socket"};
};

TEST_F(PublisherTest, ShowsTheDocumentAndEachCommit) {
    document = {{"theme", R"("dark")"}, {"font", R"({"size":12})"}};
    start();
    publisher->publish_whole({3, 1});
    EXPECT_EQ(map.get<std::string>("theme", ""), "dark");
    EXPECT_EQ(map.get<int>("font.size", 0), 12);
    EXPECT_EQ(map.revision(), 3);
    EXPECT_FALSE(map.find("none")->value);

    revision = 3;
    set("theme", "light");
    EXPECT_EQ(map.get<std::string>("theme", ""), "light");
    EXPECT_EQ(map.revision(), 4);
    EXPECT_THAT(files(), ElementsAre("socket.snapshot"));
    EXPECT_THAT(reports, IsEmpty());
}

TEST_F(PublisherTest, WritesAFullFileAnewAndReadersFollow) {
    start();
    set("a", 1);
    ASSERT_EQ(map.get<int>("a", 0), 1);

    for (int n = 0; n < 5; ++n) {
        fill();
        set("a", n);
        EXPECT_EQ(map.get<int>("a", -1), n);
        EXPECT_EQ(map.revision(), revision);
    }
    EXPECT_THAT(files(), ElementsAre("socket.snapshot"));
}

TEST_F(PublisherTest, TakesAsManyKeysAsThereAre) {
    start();
    for (int n = 0; n < 1'000; ++n) set("key" + std::to_string(n), n);
    for (int n = 0; n < 1'000; ++n) ASSERT_EQ(map.get<int>("key" + std::to_string(n), -1), n) << n;
}

TEST_F(PublisherTest, AnotherDocumentComesInAnotherFile) {
    start();
    set("a", 1);
    ASSERT_TRUE(map.refresh());
    document = {{"b", "2"}};

    publisher->publish_whole({7, 2});

    EXPECT_EQ(map.get<int>("b", 0), 2);
    EXPECT_FALSE(map.find("a")->value);
}

TEST_F(PublisherTest, WhoWaitsIsToldOfACommitAndOfAnotherFile) {
    start();
    set("a", 1);
    ASSERT_TRUE(map.refresh());
    EXPECT_FALSE(map.wait(std::chrono::milliseconds{0}));
    auto const other = [&](auto change) {
        std::thread thread{change};
        EXPECT_TRUE(map.wait(std::chrono::minutes{1}));
        thread.join();
    };

    other([&] { set("a", 2); });
    EXPECT_EQ(map.get<int>("a", 0), 2);
    other([&] { publisher->publish_whole({++revision, 1}); });
    EXPECT_EQ(map.revision(), revision);
    set("a", 3);
    EXPECT_TRUE(map.wait(std::chrono::milliseconds{0})) << "one that came before the wait, too";
}

TEST_F(PublisherTest, SeveralReadsAreOfOneRevision) {
    start();
    set("a", 1);
    int rounds = 0;
    bool const as_one = map.as_one([&] {
        EXPECT_EQ(map.get<int>("a", 0), rounds + 1);
        if (++rounds < 3) set("a", rounds + 1);
    });
    EXPECT_TRUE(as_one);
    EXPECT_EQ(rounds, 3) << "twice somebody came in between";
    EXPECT_FALSE(map.as_one([&] { set("a", ++rounds); })) << "each time somebody does";
}

TEST_F(PublisherTest, LeavesNothingBehind) {
    start();
    set("a", 1);
    ASSERT_TRUE(map.refresh());
    publisher.reset();
    EXPECT_FALSE(map.refresh());
    EXPECT_THAT(files(), IsEmpty());
}

TEST_F(PublisherTest, TakesAwayNoFileButItsOwn) {
    start();
    set("a", 1);
    fs::remove(path());
    write_text(path(), "mine");
    publisher.reset();
    EXPECT_EQ(read_text(path()), "mine");
}

// What others do to it

TEST_F(PublisherTest, AFileThatWasRemovedComesBackWithTheNextCommit) {
    start();
    set("a", 1);
    fs::remove(path());
    EXPECT_FALSE(MappedSettings{folder / "socket"}.refresh());
    set("a", 2);
    EXPECT_EQ((MappedSettings{folder / "socket"}.get<int>("a", 0)), 2);
}

TEST_F(PublisherTest, AFileThatWasCutOffEndsNobodyAndComesBack) {
    start();
    set("a", 1);
    fs::resize_file(path(), 0);
    EXPECT_FALSE(MappedSettings{folder / "socket"}.refresh());
    set("a", 2);
    EXPECT_EQ((MappedSettings{folder / "socket"}.get<int>("a", 0)), 2);

    fs::resize_file(path(), 4);
    publisher.reset();
    EXPECT_THAT(files(), ElementsAre("socket.snapshot")) << "no longer the one that it was";
}

TEST_F(PublisherTest, AFileThatSomebodyWroteToIsWrittenAnew) {
    start();
    set("a", 1);
    auto const size = fs::file_size(path());
    auto bytes = read_text(path());
    bytes.replace(sizeof(Header), size - sizeof(Header), size - sizeof(Header), '\x7f');
    std::fstream{path(), std::ios::in | std::ios::out | std::ios::binary} << bytes;
    ASSERT_EQ(fs::file_size(path()), size);

    set("a", 2);
    EXPECT_EQ((MappedSettings{folder / "socket"}.get<int>("a", 0)), 2);
}

TEST_F(PublisherTest, WhatAKilledDaemonLeftIsNotBelievedAndClearedAway) {
    start();
    set("a", 1);
    auto const left = read_text(path());
    publisher.reset();
    PlantedFile planted{path(), left};
    ASSERT_TRUE(map.refresh()) << "as long as it lives";
    planted.unlock();
    EXPECT_FALSE(MappedSettings{folder / "socket"}.refresh());

    start();
    EXPECT_FALSE(map.refresh()) << "and whoever has it mapped is told";
    EXPECT_THAT(files(), IsEmpty());
}

TEST_F(PublisherTest, ADraftOfAKilledDaemonIsInNobodysWay) {
    write_text(folder / "socket.snapshot.new", "half");
    start();
    set("a", 1);
    EXPECT_EQ(map.get<int>("a", 0), 1);
    EXPECT_THAT(files(), ElementsAre("socket.snapshot"));
}

TEST_F(PublisherTest, ReadersTakeNoFileThatOthersCouldHaveMadeOrRead) {
    start();
    set("a", 1);
    ASSERT_EQ(chmod(path().c_str(), 0644), 0);
    EXPECT_FALSE(map.refresh());
    ASSERT_EQ(chmod(path().c_str(), 0600), 0);
    EXPECT_TRUE(map.refresh());

    fs::create_symlink("socket.snapshot", folder / "link.snapshot");
    EXPECT_FALSE(MappedSettings{folder / "link"}.refresh());
    ASSERT_EQ(mkfifo((folder / "fifo.snapshot").c_str(), 0600), 0);
    EXPECT_FALSE(MappedSettings{folder / "fifo"}.refresh());
    fs::create_directory(folder / "folder.snapshot");
    EXPECT_FALSE(MappedSettings{folder / "folder"}.refresh());
    if (geteuid() == 0) {
        ASSERT_EQ(chown(path().c_str(), 1, 1), 0);
        EXPECT_FALSE(MappedSettings{folder / "socket"}.refresh()) << "another user's";
    }
}

TEST_F(PublisherTest, AStateThatIsDemandedIsShownOrThereIsNoFile) {
    start();
    set("a", 1);
    map.demand("2-0000000000000001");
    EXPECT_FALSE(map.find("a"));
    set("a", 2);
    EXPECT_EQ(map.get<int>("a", 0), 2);
    map.demand("2-0000000000000002");
    EXPECT_FALSE(map.find("a")) << "of another store";
}

// While a large file is being made elsewhere

TEST_F(PublisherTest, WhileAFileIsMadeThereIsNoneThatIsOlder) {
    start();
    set("a", 1);
    ASSERT_EQ(map.get<int>("a", 0), 1);
    waits = true;

    set("large", std::string(100'000, 'x'));
    EXPECT_FALSE(map.find("a"));
    finish();

    EXPECT_EQ(map.get<int>("a", 0), 1);
    EXPECT_EQ(map.get<std::string>("large", ""), std::string(100'000, 'x'));
    EXPECT_EQ(map.revision(), revision);
    EXPECT_THAT(reports, IsEmpty());
}

TEST_F(PublisherTest, AFileThatWasMadeShowsWhatCameMeanwhile) {
    start();
    set("a", 1);
    waits = true;
    set("large", std::string(100'000, 'x'));
    set("a", 2);
    set("b", 3);
    EXPECT_EQ(begun.size(), 1U);

    finish();

    EXPECT_EQ(map.get<int>("a", 0), 2);
    EXPECT_EQ(map.get<int>("b", 0), 3);
    EXPECT_EQ(map.revision(), revision);
}

TEST_F(PublisherTest, AFileThatTheDocumentHasLeftBehindIsMadeAgain) {
    start();
    waits = true;
    set("a", 1);
    for (int n = 0; n < 3; ++n) set("large" + std::to_string(n), std::string(100'000, 'x'));
    set("a", 2);
    finish();
    EXPECT_EQ(map.get<int>("a", 0), 2);
    EXPECT_EQ(map.get<std::string>("large2", "").size(), 100'000U);

    waits = true;
    set("large0", std::string(100'000, 'y'));
    document = {{"b", "2"}};
    publisher->publish_whole({7, 2});
    finish();
    EXPECT_EQ(map.get<int>("b", 0), 2);
    EXPECT_FALSE(map.find("a")->value);
    EXPECT_EQ(map.revision(), 7);
}

TEST_F(PublisherTest, AFileThatComesTooLateIsNobodys) {
    start();
    waits = true;
    set("a", 1);

    publisher.reset();
    finish();

    EXPECT_THAT(files(), IsEmpty());
}

// Where the folder does not take it

TEST_F(PublisherTest, GoesOnWithoutAFileAndSaysSoOnce) {
    fs::create_directory(path());
    start();
    set("a", 1);
    set("a", 2);
    EXPECT_FALSE(map.find("a"));
    EXPECT_THAT(reports, ElementsAre(HasSubstr("cannot be written: Is a directory")));

    fs::remove(path());
    eventually("the next attempt", [&] {
        set("a", 3);
        return map.get<int>("a", 0) == 3;
    });
    EXPECT_THAT(files(), ElementsAre("socket.snapshot"));
}

TEST_F(PublisherTest, AFullDiskIsNoFileAndNoSignal) {
    std::optional<SmallDisk> disk;
    try {
        disk.emplace(folder.path());
    } catch (std::system_error const& error) {
        GTEST_SKIP() << error.what();
    }
    start();
    set("a", 1);
    ASSERT_EQ(map.get<int>("a", 0), 1);
    disk->fill();
    std::string const large(200'000, 'x');

    set("large", large);
    EXPECT_FALSE(map.find("a")) << "an older state than was committed";
    EXPECT_THAT(reports, ElementsAre(HasSubstr("No space left on device")));

    disk->make_room();
    eventually("the next attempt", [&] {
        set("a", 2);
        return map.get<int>("a", 0) == 2;
    });
    EXPECT_EQ(map.get<std::string>("large", ""), large);
    publisher.reset();
}

TEST_F(PublisherTest, KeysThatMeetInOnePlaceAreNoFile) {
    constexpr std::size_t slots = 4'096;  // for as many keys as follow
    for (int n = 0; document.size() < 1'100; ++n)
        if (auto key = "key" + std::to_string(n); hash_of(key) % slots == 0)
            document.emplace(std::move(key), "1");
    start();
    publisher->publish_whole({1, 1});
    EXPECT_FALSE(map.refresh());
    EXPECT_EQ(reports.size(), 1U);
    EXPECT_THAT(files(), IsEmpty());
}

TEST_F(PublisherTest, AValueThatCannotBeReadIsNoFile) {
    document = {{"damaged", "{"}};
    start();
    publisher->publish_whole({1, 1});
    EXPECT_FALSE(map.refresh());
    EXPECT_EQ(reports.size(), 1U);
}

}  // namespace
}  // namespace settings::snapshot
