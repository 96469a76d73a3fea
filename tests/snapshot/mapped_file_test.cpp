#include "snapshot/mapped_file.h"

#include <gtest/gtest.h>
#include <settings_snapshot.h>
#include <sys/stat.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace settings::snapshot {
namespace {

constexpr StoreId store = 5;

/// The file as a reader of this process has it, at the same addresses: so that ThreadSanitizer sees
/// both sides.
settings_snapshot mapped(MappedFile const& file) {
    settings_snapshot map{};
    EXPECT_EQ(settings_snapshot_over(&map, file.bytes().data(), file.bytes().size()), 0);
    return map;
}

std::int64_t integer(settings_snapshot const& map, std::string_view key) {
    settings_value value{};
    std::int64_t number = -1;
    if (settings_snapshot_key(&map, key.data(), key.size(), &value) == SETTINGS_FOUND)
        settings_value_integer(&value, &number);
    return number;
}

class MappedFileTest : public testing::Test {
  protected:
    MappedFile make(MappedFile::Size size = {64, 65'536}) {
        return MappedFile::create(folder / "file", store, size).value();
    }

    static bool commit(MappedFile& file, Revision revision, std::string_view key,
                       std::optional<std::string_view> text) {
        std::array const changes{Change{key, text}};
        return file.commit(revision, records_of(changes).value());
    }

    TemporaryFolder folder;
};

TEST_F(MappedFileTest, ShowsWhatWasCommittedAtOnce) {
    auto file = make();
    ASSERT_TRUE(commit(file, 1, "volume", "5"));
    auto const map = mapped(file);
    EXPECT_EQ(integer(map, "volume"), 5);

    ASSERT_TRUE(commit(file, 2, "volume", "6"));
    EXPECT_EQ(integer(map, "volume"), 6);
    EXPECT_EQ(settings_snapshot_revision(&map), 2);

    ASSERT_TRUE(commit(file, 3, "volume", std::nullopt));
    EXPECT_EQ(integer(map, "volume"), -1);

    ASSERT_TRUE(commit(file, 4, "volume", "7"));
    EXPECT_EQ(integer(map, "volume"), 7);
}

TEST_F(MappedFileTest, WhatWasReadStaysAsItIs) {
    auto file = make();
    ASSERT_TRUE(commit(file, 1, "theme", R"("dark")"));
    auto const map = mapped(file);
    settings_value before{};
    ASSERT_EQ(settings_snapshot_key(&map, "theme", 5, &before), SETTINGS_FOUND);

    ASSERT_TRUE(commit(file, 2, "theme", R"("light")"));

    char const* text = nullptr;
    settings_value_text(&before, &text);
    EXPECT_EQ(std::string(text, before.count), "dark");
}

TEST_F(MappedFileTest, TakesNoMoreRecordsThanThereIsRoomFor) {
    auto file = make({64, 256});
    int taken = 0;
    while (taken < 100 && commit(file, taken + 1, "n", std::to_string(taken))) ++taken;

    EXPECT_EQ(taken, 256 / 40);  // 16 for the record, 8 for the key, 16 for the number
}

TEST_F(MappedFileTest, TakesNoMoreKeysThanAreFoundFast) {
    auto file = make();
    int taken = 0;
    while (taken < 100 && commit(file, taken + 1, "key" + std::to_string(taken), "0")) ++taken;
    EXPECT_EQ(taken, 44);  // of 64 slots
    for (int n = 0; n < taken; ++n) EXPECT_EQ(integer(mapped(file), "key" + std::to_string(n)), 0);
}

TEST_F(MappedFileTest, IsItsOwnersAlone) {
    auto const old = umask(0);
    auto const file = make();
    umask(old);

    struct stat status {};
    ASSERT_EQ(stat((folder / "file").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_F(MappedFileTest, SaysWhyTheFolderTakesNone) {
    auto const made = MappedFile::create(folder / "none/file", store, {64, 1'024});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message(),
              (folder / "none/file").string() + " cannot be written: No such file or directory");
}

TEST_F(MappedFileTest, GoesAwayWithItsWriterAndTellsReaders) {
    std::optional file{make()};
    ASSERT_TRUE(commit(*file, 1, "a", "1"));
    settings_snapshot map{};
    ASSERT_EQ(settings_snapshot_open(&map, (folder / "file").c_str()), 0);
    auto const generation = settings_snapshot_generation(&map);

    file.reset();

    EXPECT_TRUE(settings_snapshot_is_replaced(&map));
    EXPECT_EQ(settings_snapshot_wait(&map, generation, -1), 1);
    EXPECT_EQ(integer(map, "a"), 1) << "what is mapped stays";
    EXPECT_FALSE(exists(folder / "file"));
    settings_snapshot_close(&map);
}

TEST_F(MappedFileTest, WakesWhoWaits) {
    auto file = make();
    ASSERT_TRUE(commit(file, 1, "n", "1"));
    std::atomic<std::int64_t> seen = 1;
    auto const map = mapped(file);
    std::thread waiting{[&, generation = settings_snapshot_generation(&map)]() mutable {
        while (seen < 100) {
            ASSERT_EQ(settings_snapshot_wait(&map, generation, -1), 1);
            generation = settings_snapshot_generation(&map);
            seen = integer(map, "n");
            seen.notify_all();
        }
    }};

    for (std::int64_t n = 2; n <= 100; ++n) {
        EXPECT_TRUE(commit(file, n, "n", std::to_string(n)));
        for (auto before = seen.load(); before < n; before = seen.load()) seen.wait(before);
    }
    waiting.join();
}

TEST_F(MappedFileTest, AWaitEndsWithItsTime) {
    auto file = make();
    ASSERT_TRUE(commit(file, 1, "n", "1"));
    auto const map = mapped(file);

    EXPECT_EQ(settings_snapshot_wait(&map, settings_snapshot_generation(&map), 1), 0);
}

TEST_F(MappedFileTest, TwoKeysAreReadAsOneRevision) {
    auto file = make({64, 4'194'304});
    constexpr std::int64_t commits = 20'000;
    auto const both = [&file](std::int64_t number) {
        auto const text = std::to_string(number);
        std::array const changes{Change{"left", text}, Change{"right", text}};
        return file.commit(number, records_of(changes).value());
    };
    ASSERT_TRUE(both(0));
    std::atomic<int> differing = 0, agreeing = 0, backwards = 0;
    std::vector<std::thread> readers;
    for (int n = 0; n < 3; ++n)
        readers.emplace_back([&, map = mapped(file)] {
            for (std::int64_t last = 0; last < commits;) {
                auto const generation = settings_snapshot_generation(&map);
                auto const promised = settings_snapshot_revision(&map);
                auto const left = integer(map, "left"), right = integer(map, "right");
                if (left < promised || right < promised) ++backwards;
                if (!settings_snapshot_is_still(&map, generation)) continue;
                ++(left == right ? agreeing : differing);
                if (left < last) ++backwards;
                last = left;
            }
        });

    for (std::int64_t n = 1; n <= commits; ++n) ASSERT_TRUE(both(n));
    for (auto& reader : readers) reader.join();

    EXPECT_EQ(differing, 0);
    EXPECT_EQ(backwards, 0);
    EXPECT_GE(agreeing, 3);
}

}  // namespace
}  // namespace settings::snapshot
