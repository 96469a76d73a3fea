#include "store/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <latch>
#include <mutex>
#include <optional>
#include <random>
#include <system_error>

#include "store/files.h"
#include "store/high_water.h"
#include "store/reader.h"
#include "store/recovery.h"
#include "store/view.h"
#include "tests/support/small_disk.h"
#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

/// The loop's side of a writer: runs what the writer posts, on the test's own thread.
class Loop {
  public:
    void post(std::function<void()> task) {
        std::lock_guard const lock{mutex_};
        tasks_.push_back(std::move(task));
        wake_.notify_one();
    }

    void run_one() {
        std::unique_lock lock{mutex_};
        wake_.wait(lock, [this] { return !tasks_.empty(); });
        auto const task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
    }

    void run_until(auto const& holds) {
        while (!holds()) run_one();
    }

  private:
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> tasks_;
};

class WriterTest : public testing::Test {
  protected:
    std::unique_ptr<Writer> open(Writer::Options options = {}) {
        options.ruined = [this](std::string const& why) { ruins.push_back(why); };
        options.missed = [this] { ++missed; };
        return std::make_unique<Writer>(
            file, [this](auto task) { loop.post(std::move(task)); },
            [this](Commit const& commit) { commits.push_back(commit); }, options);
    }

    static Writer::Work set(std::string key, Json value) {
        return [key, value](Ledger& ledger) -> Result<void> {
            auto saved = ledger.apply(Patch{{{key, value}}}, "test");
            if (!saved) return saved.error();
            return {};
        };
    }

    static Writer::Work disk_failure() {
        return [](Ledger&) -> Result<void> { throw SqliteError{1034, "fsync failed"}; };
    }

    Writer::Done count() {
        return [this](Result<void> const& outcome) {
            outcome ? ++succeeded : ++failed;
            if (!outcome) last_error = outcome.error();
        };
    }

    void finish(int operations) {
        loop.run_until([&] { return succeeded + failed == operations; });
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "settings.db";
    Loop loop;
    std::vector<Commit> commits;
    std::vector<std::string> ruins;
    int missed = 0;
    int succeeded = 0;
    int failed = 0;
    Error last_error;
};

TEST_F(WriterTest, AnswersOnceTheEditIsInTheFile) {
    auto const writer = open();

    writer->submit(set("a", 1), count());
    finish(1);

    EXPECT_EQ(succeeded, 1);
    Reader reader{file};
    auto const document = reader.document();
    ASSERT_EQ(document.changes.size(), 1U);
    EXPECT_EQ(*document.changes[0].text, "1");
    EXPECT_EQ(document.revision, 1);
}

TEST_F(WriterTest, CommitsWhatQueuedMeanwhileAsOneGroup) {
    auto const writer = open();
    std::latch started{1};
    std::latch go_on{1};
    writer->submit(
        [&](Ledger&) -> Result<void> {
            started.count_down();
            go_on.wait();
            return {};
        },
        count());
    started.wait();

    for (int n = 0; n < 100; ++n) writer->submit(set("k" + std::to_string(n), n), count());
    go_on.count_down();
    finish(101);

    ASSERT_EQ(commits.size(), 1U);
    EXPECT_EQ(commits[0].revision, 100);
    EXPECT_EQ(commits[0].changes.size(), 100U);
}

TEST_F(WriterTest, PublishesACommitBeforeItAnswers) {
    auto const writer = open();
    std::size_t published_first = 0;

    writer->submit(set("a", 1), [&](Result<void> const&) {
        published_first = commits.size();
        ++succeeded;
    });
    finish(1);

    EXPECT_EQ(published_first, 1U);
}

TEST_F(WriterTest, RollsBackOnlyTheOperationThatThrew) {
    auto const writer = open({.group_limit = 16});
    std::latch go_on{1};
    writer->submit(
        [&](Ledger&) -> Result<void> {
            go_on.wait();
            return {};
        },
        count());
    writer->submit(set("before", 1), count());
    writer->submit(
        [](Ledger& ledger) -> Result<void> {
            static_cast<void>(ledger.apply(Patch{{{"half", 1}}}, "test"));
            throw SqliteError{19, "a constraint failed"};
        },
        count());
    writer->submit(set("after", 1), count());
    go_on.count_down();
    finish(4);

    EXPECT_EQ(failed, 1);
    Reader reader{file};
    auto const document = reader.document();
    EXPECT_EQ(document.revision, 2);
    EXPECT_EQ(document.changes.size(), 2U);
    std::size_t published = 0;
    for (auto const& commit : commits) published += commit.changes.size();
    EXPECT_EQ(published, 2U);
}

TEST_F(WriterTest, AnswersBusyWhenTheQueueIsFull) {
    auto const writer = open({.queue_limit = 2});
    std::latch started{1};
    std::latch go_on{1};
    writer->submit(
        [&](Ledger&) -> Result<void> {
            started.count_down();
            go_on.wait();
            return {};
        },
        count());
    started.wait();

    for (int n = 0; n < 3; ++n) writer->submit(set("a", n), count());
    loop.run_one();
    EXPECT_EQ(failed, 1);
    EXPECT_EQ(last_error.code(), Errc::busy);

    go_on.count_down();
    finish(4);
    EXPECT_EQ(succeeded, 3);
}

TEST_F(WriterTest, AnswersBusyWhenTheQueueHoldsTooMuchMemory) {
    auto const writer = open({.queue_bytes = 100});
    std::latch started{1};
    std::latch go_on{1};
    writer->submit(
        [&](Ledger&) -> Result<void> {
            started.count_down();
            go_on.wait();
            return {};
        },
        count());
    started.wait();

    // One has room however large it is; then only those that hold nothing.
    writer->submit(set("a", 1), count(), 1'000);
    writer->submit(set("b", 1), count(), 1);
    loop.run_one();
    EXPECT_EQ(failed, 1);
    EXPECT_EQ(last_error.code(), Errc::busy);
    go_on.count_down();
    finish(3);
    EXPECT_EQ(succeeded, 2);

    writer->submit(set("b", 1), count(), 100);
    finish(4);
    EXPECT_EQ(succeeded, 3);
}

TEST_F(WriterTest, CommitsWhatIsQueuedBeforeItGoes) {
    auto writer = open();
    for (int n = 0; n < 1'000; ++n) writer->submit(set("a", n), count());

    writer.reset();
    finish(1'000);

    EXPECT_EQ(succeeded, 1'000);
    EXPECT_EQ(*Reader{file}.document().changes.at(0).text, "999");
}

TEST_F(WriterTest, AFullDiskFailsTheEditAndHeals) {
    auto const writer = open();
    writer->submit(
        [](Ledger&) -> Result<void> {
            throw SqliteError{13, "database or disk is full"};
        },
        count());
    writer->submit(set("a", 1), count());
    finish(2);

    EXPECT_EQ(failed, 1);
    EXPECT_EQ(succeeded, 1);
    EXPECT_EQ(last_error.code(), Errc::storage_full);
    EXPECT_EQ(writer->failures(), 1U);
}

TEST_F(WriterTest, CountsWhatCouldNotBeStoredAndNoOtherFailure) {
    auto const writer = open();
    writer->submit([](Ledger&) -> Result<void> { return Error{Errc::conflict, "no"}; }, count());
    finish(1);
    EXPECT_EQ(writer->failures(), 0U);

    writer->submit(
        [](Ledger&) -> Result<void> {
            throw SqliteError{1034, "fsync failed"};
        },
        count());
    finish(2);
    writer->submit(set("a", 1), count());
    finish(3);

    EXPECT_EQ(failed, 2);
    EXPECT_EQ(writer->failures(), 1U);
}

TEST_F(WriterTest, WhatADiskHasHadNoRoomForIsNotTakenForAnothersWriting) {
    std::optional<SmallDisk> disk;
    try {
        disk.emplace(folder.path());
    } catch (std::system_error const& error) {
        GTEST_SKIP() << error.what();
    }
    auto const writer = open();

    writer->submit(set("large", std::string(5'000'000, 'x')), count());
    finish(1);
    EXPECT_EQ(last_error.code(), Errc::storage_full);
    for (int n = 1; n <= 3; ++n) {
        writer->submit(set("small", n), count());
        finish(1 + n);
    }

    EXPECT_EQ(succeeded, 3) << last_error.message();
    EXPECT_THAT(ruins, testing::IsEmpty());
}

TEST_F(WriterTest, ALogThatSomebodyWroteOverIsNotBroughtInAtTheEnd) {
    EXPECT_TRUE(open()->close());
    auto const writer = open();
    writer->submit(set("a", 1), count());
    finish(1);
    std::string const zeros(std::filesystem::file_size(log_of(file)), '\0');
    std::fstream{log_of(file), std::ios::in | std::ios::out | std::ios::binary} << zeros;

    EXPECT_FALSE(writer->close());

    EXPECT_FALSE(std::filesystem::exists(log_of(file))) << "it is set aside";
    EXPECT_NO_THROW(static_cast<void>(Reader{file}.document()));
}

TEST_F(WriterTest, ReadsTheFileAnewAfterADiskFailureAndGoesOn) {
    auto const writer = open();
    writer->submit(set("kept", 1), count());
    finish(1);

    writer->submit(
        [](Ledger&) -> Result<void> {
            throw SqliteError{1034, "fsync failed"};
        },
        count());
    finish(2);
    EXPECT_EQ(last_error.code(), Errc::storage_broken);
    EXPECT_THAT(last_error.message(), testing::HasSubstr("may or may not be saved"));

    writer->submit(set("new", 2), count());
    finish(3);
    EXPECT_EQ(succeeded, 2);
    View view;
    view.apply(commits.back());
    EXPECT_TRUE(commits.back().whole);
    EXPECT_EQ(view.size(), 2U);
    EXPECT_EQ(view.revision(), 2);
}

TEST_F(WriterTest, GoesOnAfterAnOperationThatThrewSomethingElse) {
    auto const writer = open();
    writer->submit([](Ledger&) -> Result<void> { throw std::bad_alloc{}; }, count());
    finish(1);
    EXPECT_EQ(failed, 1);

    writer->submit(set("a", 1), count());
    finish(2);
    EXPECT_EQ(succeeded, 1);
}

TEST_F(WriterTest, NeverWritesIntoAFileThatWasMovedAway) {
    auto const writer = open();
    std::filesystem::rename(file, folder / "elsewhere");
    writer->submit(set("a", 1), count());
    finish(1);
    EXPECT_EQ(failed, 1);
    EXPECT_THAT(last_error.message(), testing::HasSubstr("moved, deleted or replaced"));

    std::filesystem::rename(folder / "elsewhere", file);
    writer->submit(set("a", 2), count());
    finish(2);
    EXPECT_EQ(succeeded, 1);
}

TEST_F(WriterTest, TellsOnceThatTheDatabaseIsGoneAndForgetsItWhenItIsBack) {
    auto const writer = open();
    writer->submit(set("a", 1), count());
    finish(1);
    std::filesystem::rename(file, folder / "moved.db");
    std::filesystem::path const seen = file.string() + "-seen";

    for (int edit = 2; edit <= 3; ++edit) {
        writer->submit(set("lost", edit), count());
        finish(edit);
    }
    EXPECT_EQ(failed, 2);
    EXPECT_EQ(missed, 1);

    std::ofstream{seen};
    std::filesystem::rename(folder / "moved.db", file);
    writer->submit(set("b", 2), count());
    finish(4);
    EXPECT_EQ(succeeded, 2);
    EXPECT_FALSE(std::filesystem::exists(seen));
}

TEST_F(WriterTest, MissesADatabaseThatGoesWhileItIsBroughtUpToDate) {
    auto const writer = open();
    auto const enough_for_a_checkpoint = [this](Ledger& ledger) -> Result<void> {
        std::filesystem::rename(file, folder / "moved.db");
        auto saved = ledger.apply(Patch{{{"large", std::string(5'000'000, 'x')}}}, "test");
        if (!saved) return saved.error();
        return {};
    };
    writer->submit(enough_for_a_checkpoint, count());
    finish(1);

    writer->submit(set("lost", 1), count());
    finish(2);

    EXPECT_EQ(failed, 1);
    EXPECT_EQ(missed, 1);
    EXPECT_FALSE(writer->close());
}

/// As `cp` does, which writes into the file that is there.
class OverwrittenTest : public WriterTest {
  protected:
    void SetUp() override {
        ASSERT_EQ(recover(file), std::nullopt);
        edit("old", 1);
        std::filesystem::copy_file(file, folder / "copy");
        ASSERT_EQ(recover(file), std::nullopt);
        edit("new", 2);
    }

    void edit(std::string const& key, int value) {
        auto const writer = open();
        writer->submit(set(key, value), count());
        finish(++edits);
    }

    /// A moment later, whatever the clock of the file system is worth.
    void overwrite() {
        auto const last = std::filesystem::last_write_time(file);
        std::filesystem::copy_file(folder / "copy", file,
                                   std::filesystem::copy_options::overwrite_existing);
        std::filesystem::last_write_time(file, last + std::chrono::seconds{1});
    }

    /// Whatever was in the log belongs to the database as it was.
    void expect_copy_alone() {
        EXPECT_FALSE(std::filesystem::exists(file.string() + "-wal"));
        EXPECT_EQ(Reader{file}.document().changes.size(), 1U);
    }

    int edits = 0;
};

TEST_F(OverwrittenTest, IsFoundByTheNextEditAndNothingIsMixed) {
    auto writer = open();
    writer->submit(set("newest", 3), count());
    finish(++edits);

    overwrite();
    writer->submit(set("lost", 4), count());
    finish(++edits);

    EXPECT_EQ(failed, 1);
    EXPECT_THAT(last_error.message(), testing::HasSubstr("settings.db was overwritten"));
    loop.run_until([&] { return !ruins.empty(); });
    EXPECT_TRUE(writer->close());
    expect_copy_alone();
}

TEST_F(OverwrittenTest, IsFoundByAStopAndNothingIsMixed) {
    auto writer = open();
    writer->submit(set("newest", 3), count());
    finish(++edits);

    overwrite();

    EXPECT_FALSE(writer->close());
    expect_copy_alone();
}

TEST_F(OverwrittenTest, WhatIsOnlyTouchedIsNot) {
    auto writer = open();
    writer->submit(set("newest", 3), count());
    finish(++edits);

    auto const last = std::filesystem::last_write_time(file);
    std::filesystem::last_write_time(file, last + std::chrono::seconds{1});
    writer->submit(set("after", 4), count());
    finish(++edits);

    EXPECT_EQ(failed, 0);
    EXPECT_TRUE(writer->close());
    EXPECT_EQ(Reader{file}.document().changes.size(), 4U);
}

TEST_F(WriterTest, ADiskFailureNowAndThenIsNoSecondOneInARow) {
    auto const writer = open();
    for (int n = 1; n <= 6; ++n) {
        writer->submit(n % 2 == 1 ? disk_failure() : set("a", n), count());
        finish(n);
    }

    EXPECT_EQ(succeeded, 3);
}

TEST_F(WriterTest, HealsWhenAReadOnlyDiskCanBeWrittenAgain) {
    auto const writer = open();
    writer->submit([](Ledger&) -> Result<void> { throw SqliteError{8, "read-only"}; }, count());
    finish(1);
    EXPECT_EQ(last_error.code(), Errc::storage_full);

    writer->submit(set("a", 1), count());
    finish(2);
    EXPECT_EQ(succeeded, 1);
}

TEST_F(WriterTest, AnswersAfterItWasClosed) {
    auto const writer = open();
    writer->submit(set("a", 1), count());

    writer->close();
    writer->submit(set("a", 2), count());
    finish(2);

    EXPECT_EQ(succeeded, 1);
    EXPECT_EQ(last_error.code(), Errc::busy);
}

TEST_F(WriterTest, LeavesOneFileThatHoldsEverything) {
    auto const writer = open();
    writer->submit(set("a", 1), count());
    finish(1);

    writer->close();

    EXPECT_FALSE(std::filesystem::exists(folder / "settings.db-wal"));
    std::filesystem::copy_file(file, folder / "copy.db");
    EXPECT_EQ(Reader{folder / "copy.db"}.document().revision, 1);
}

TEST_F(WriterTest, EmptiesTheLogThoughAnotherProgramHasTheStoreOpen) {
    auto const writer = open();
    writer->submit(set("a", 1), count());
    finish(1);
    Reader const reader{file};

    writer->close();

    EXPECT_EQ(std::filesystem::file_size(folder / "settings.db-wal"), 0U);
    EXPECT_GT(std::filesystem::file_size(file), 4'096U);
}

TEST_F(WriterTest, ALogThatCannotBeginAnewHasABound) {
    auto const writer = open({.log_bytes = 1'000'000});
    writer->submit(set("a", 0), count());
    finish(1);
    Connection other{file, Connection::Mode::read_only};
    other.execute("BEGIN; SELECT * FROM setting");
    int edits = 1;
    while (failed == 0 && edits < 100) {
        writer->submit(set("a", std::string(50'000, static_cast<char>('a' + edits % 26))), count());
        finish(++edits);
    }

    EXPECT_EQ(failed, 1);
    EXPECT_EQ(last_error.code(), Errc::storage_full);
    EXPECT_THAT(last_error.message(), testing::HasSubstr("another program has been reading"));
    EXPECT_LT(std::filesystem::file_size(folder / "settings.db-wal"), 2'000'000U);

    other.execute("COMMIT");
    writer->submit(set("a", 1), count());
    finish(++edits);
    EXPECT_EQ(failed, 1);
}

TEST_F(WriterTest, NeverWritesIntoALogThatWasRemoved) {
    auto const writer = open();
    writer->submit(set("a", 1), count());
    finish(1);

    std::filesystem::remove(folder / "settings.db-wal");
    writer->submit(set("b", 2), count());
    finish(2);
    loop.run_until([&] { return !ruins.empty(); });

    EXPECT_EQ(failed, 1);
    EXPECT_THAT(last_error.message(), testing::HasSubstr("settings.db-wal was moved, deleted"));
    // As after a kill: nothing of the writer's is closed in order.
    std::filesystem::copy_file(file, folder / "copy.db");
    EXPECT_EQ(Reader{folder / "copy.db"}.document().revision, 1);
}

/// Whoever reads the store keeps its log, of which the database has everything by then.
TEST_F(WriterTest, ALogThatIsCutBehindTheDatabaseTakesNothingBack) {
    auto writer = open();
    std::optional<Reader> apps{std::in_place, file};
    auto const log = file.string() + "-wal";
    constexpr std::uintmax_t checkpoint = 1'000 * (4'096 + 24);
    int edits = 0;
    auto const edit = [&] {
        ++edits;
        writer->submit(
            [edits](Ledger& ledger) -> Result<void> {
                Json const value = std::string(6'000, static_cast<char>('a' + edits % 26));
                Patch const patch{{{"a", value}, {"b", value}, {"count", edits}}};
                if (auto done = ledger.apply(patch, "app"); !done) return done.error();
                return {};
            },
            count());
        finish(edits);
    };
    while (std::filesystem::file_size(log) < checkpoint) edit();
    edit();  // the one before a checkpoint

    std::filesystem::resize_file(log, checkpoint / 2);
    writer->submit(set("lost", 1), count());
    finish(edits + 1);
    EXPECT_EQ(failed, 1);
    writer.reset();
    apps.reset();

    EXPECT_EQ(recover(file), std::nullopt);
    EXPECT_EQ(Reader{file}.document().revision, edits);
}

TEST_F(WriterTest, SetsALogAsideThatWasPutInItsLogsPlace) {
    auto const writer = open();
    writer->submit(set("a", 1), count());
    finish(1);

    std::filesystem::remove(folder / "settings.db-wal");
    std::ofstream{folder / "settings.db-wal"} << "another log";
    writer->submit(set("b", 2), count());
    finish(2);

    EXPECT_EQ(failed, 1);
    EXPECT_FALSE(std::filesystem::exists(folder / "settings.db-wal"));
}

TEST_F(WriterTest, LeavesADamagedStoreToTheNextStart) {
    auto const writer = open();
    writer->submit([](Ledger&) -> Result<void> { throw SqliteError{11, "malformed"}; }, count());
    writer->submit(set("a", 1), count());
    finish(2);
    loop.run_until([&] { return !ruins.empty(); });

    EXPECT_EQ(failed, 2);
    EXPECT_EQ(ruins.size(), 1U);
    writer->close();
    EXPECT_THAT(recover(file).value_or(""), testing::HasSubstr("damaged (malformed)"));
}

TEST_F(WriterTest, ACopyThatWasMadeWhileItRanIsNotTheStoreAfterItsStop) {
    EXPECT_EQ(recover(file), std::nullopt);
    auto const writer = open();
    writer->submit(set("a", 1), count());
    finish(1);
    auto const copy = folder / "copy";
    std::filesystem::copy_file(file, copy);
    std::filesystem::copy_file(log_of(file), log_of(copy));
    EXPECT_TRUE(writer->close());

    std::filesystem::rename(copy, file);
    std::filesystem::rename(log_of(copy), log_of(file));

    EXPECT_THAT(recover(file).value_or(""), testing::HasSubstr("was put back"));
}

TEST_F(WriterTest, NotesWhatItAcknowledgedBesideTheStore) {
    auto const writer = open();
    writer->submit(set("a", 1), count());
    writer->submit(set("a", 2), count());
    finish(2);

    EXPECT_EQ(HighWater::of(file).revision, 2);
}

TEST_F(WriterTest, StaysBrokenAfterASecondDiskFailureInARow) {
    auto const writer = open();
    for (int n = 1; n <= 2; ++n) {
        writer->submit(
            [](Ledger&) -> Result<void> {
                throw SqliteError{1034, "fsync failed"};
            },
            count());
        finish(n);
    }

    writer->submit(set("a", 1), count());
    finish(3);

    EXPECT_EQ(failed, 3);
    EXPECT_THAT(last_error.message(), testing::HasSubstr("restart settingsd"));
}

}  // namespace
}  // namespace settings::store
