#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "os/file_identity.h"
#include "store/high_water.h"
#include "store/ledger.h"

namespace settings::store {

/// The one writer of the database: a thread with a queue that commits in groups.
///
/// Everything queued while a commit runs goes into the next one, so many writers share one flush
/// and a lone one never waits for company. Reads do not come through here (see Reader).
class Writer {
  public:
    using Work = std::function<Result<void>(Ledger&)>;  ///< runs on the writer's thread
    using Done = std::function<void(Result<void>)>;     ///< runs on the loop
    using RunOnLoop = std::function<void(std::function<void()>)>;
    using Published = std::function<void(Commit const&)>;  ///< runs on the loop, before the Dones

    /// Runs on the loop, once: only a new start can go on, by way of recover(). The sentence says
    /// why.
    using Ruined = std::function<void(std::string const&)>;

    struct Options {
        // Beyond one of these submit() answers busy at once. One operation always has room.
        std::size_t queue_limit = 8'192;       ///< operations
        std::size_t queue_bytes = 33'554'432;  ///< bytes of memory that the queued operations hold
        std::size_t group_limit = 512;         ///< operations in one transaction
        std::uintmax_t log_bytes = 268'435'456;  ///< of the log, beyond which nothing is saved
        Retention retention = {};
        Ruined ruined = [](std::string const&) {};
        /// Runs on the loop when the database is found to be gone from its place: what apps see is
        /// nowhere else then (see last_seen.h).
        std::function<void()> missed = [] {};
        /// Why the disk cannot be written for now. Then nothing is opened, and each operation is
        /// refused with this.
        std::optional<std::string> unwritable = {};
    };

    /// Opens or creates the store. Throws SqliteError or UnusableStore (see schema.h).
    Writer(std::filesystem::path file, RunOnLoop run_on_loop, Published published, Options options);
    Writer(Writer const&) = delete;
    Writer& operator=(Writer const&) = delete;

    ~Writer();

    /// Commits what is queued, then joins the thread. From then on submit() answers busy, and
    /// another stop() does nothing.
    void stop();

    /// As stop(), and closes the file. Where nobody else has it open, all is in the database then,
    /// and its log is gone: a copy of that one file is a copy of the store. False when the database
    /// was moved, deleted or replaced: then the log is left as it is, and what was committed may be
    /// nowhere else (see last_seen.h). False also when another program has changed the settings.
    bool close();

    /// Queues one operation. `done` runs once, on the loop; a value means that it is on disk.
    /// Work that throws SqliteError is rolled back alone; another exception, or a commit that
    /// fails, fails its whole group.
    ///
    /// Errors: those of the work; busy; storage_full, which heals by itself; storage_broken when
    /// the disk failed. Then the edit may or may not be saved. A failed flush may have dropped
    /// pages that SQLite believes written, so the file is opened anew for the next group; after a
    /// second failure in a row every operation fails until the next start. So it does once the
    /// store is found to be damaged, overwritten or changed by another program, or to have lost its
    /// log: then Options::ruined is told.
    ///
    /// `bytes` is about how much memory the work holds.
    void submit(Work work, Done done, std::size_t bytes = 0);

    /// Tells of an error that a reader met. When it shows that the store is damaged, only a new
    /// start can go on, as after a damage that the writer itself has met. Any thread.
    void was_seen(SqliteError const& error);

    /// Whether the database is gone from its place, as far as the last group has seen. Any thread.
    [[nodiscard]] bool misses_database() const { return is_missed_; }

    /// What the store must not forget, as the last commit left it. Any thread.
    [[nodiscard]] Remembered remembered() const;

    /// How many groups were committed or have failed. Any thread.
    [[nodiscard]] std::uint64_t groups() const { return groups_; }

    /// How many operations failed with storage_full or storage_broken. Any thread.
    [[nodiscard]] std::uint64_t failures() const { return failures_; }

  private:
    struct Operation {
        Work work;
        Done done;
        std::size_t bytes;
        Result<void> outcome = {};
    };
    using Group = std::vector<Operation>;

    /// What another program has done to the store's files since our last transaction.
    struct Disturbance {
        std::string what;    ///< a clause for a person
        bool is_log_whole;   ///< the open log has all that was saved, for the open database
        bool is_log_placed;  ///< what stands at the log's path is the database's own
    };

    [[nodiscard]] std::optional<Error> enqueue(Operation& operation);
    void run();
    std::optional<Group> next_group();
    void commit(Group& group);
    void perform(Operation& operation);
    void publish(Group group);
    void note(std::optional<Remembered> remembered);
    Error failed(std::exception const& cause);
    void check_database_is_there();
    void bound_log();
    [[noreturn]] void miss_database();
    void end_run();
    void leave(Disturbance const& by);
    [[noreturn]] void begin_anew(Disturbance const& by);
    void ruin(std::string const& why);
    [[nodiscard]] bool roll_back();
    void open_if_closed();

    /// The file and what is prepared on it; replaced as a whole after a failed flush.
    struct Store {
        Store(std::filesystem::path const& path, Retention retention);
        Store(Store const&) = delete;
        Store& operator=(Store const&) = delete;

        void watch_log();
        void checkpoint();
        [[nodiscard]] std::uintmax_t bytes_of(int frames) const;
        void note_checkpoint();
        void note_log_head();
        void note_nobody_else_wrote();
        [[nodiscard]] std::string read_log_head() const;
        [[nodiscard]] std::int64_t read_version();
        [[nodiscard]] bool is_as_left() const;
        [[nodiscard]] bool is_there() const { return os::identity_of(file).is(database); }
        [[nodiscard]] bool is_overwritten();
        [[nodiscard]] std::optional<Disturbance> disturbance_of_files();
        [[nodiscard]] std::optional<Disturbance> disturbance_of_content();

        std::filesystem::path const file;
        Connection connection;
        os::FileIdentity database, log;
        std::int64_t written;    ///< when the database was, last by us
        std::string mark;        ///< mark_in() the database, as this connection left it
        std::string whole_mark;  ///< the same, of the last time that it had the whole log
        HighWater acknowledged;
        Ledger ledger;
        Statement begin, commit, rollback, savepoint, release, rollback_to, data_version;
        std::int64_t version = 0;  ///< of the data, which only others change
        std::string log_head;      ///< first bytes of the log, as we left them
        std::uintmax_t page_bytes = 0;
        std::uintmax_t log_bytes = 0;          ///< least size of the log as we wrote it
        std::uintmax_t bytes_in_database = 0;  ///< of the log, from its beginning
        bool log_is_marked = false;            ///< the log has said whose it is since it began anew
        bool log_ends = false;                 ///< the next transaction is the last one in the log
        bool has_checkpointed = false;         ///< since note_checkpoint()
        bool database_is_whole = false;        ///< the last checkpoint brought in the whole log
        bool was_looked_at = false;  ///< nobody else has written before this group's transaction
    };

    std::filesystem::path const file_;
    RunOnLoop const run_on_loop_;
    Published const published_;
    Options const options_;
    std::optional<Store> store_;    ///< open store, for the thread alone; empty after a failure
    unsigned disk_failures_ = 0;    ///< groups in a row that failed by an IO error
    std::optional<Commit> reread_;  ///< the whole document, after the file was opened anew

    std::atomic<bool> is_ruined_ = false;
    std::atomic<bool> is_missed_ = false;  ///< the database is gone from its place
    std::atomic<std::uint64_t> groups_ = 0;
    std::atomic<std::uint64_t> failures_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    Group queue_;                   ///< guarded by mutex_
    std::size_t queued_bytes_ = 0;  ///< bytes of memory that the queue holds; guarded by mutex_
    bool stopping_ = false;         ///< guarded by mutex_
    Remembered remembered_;         ///< guarded by mutex_
    std::thread thread_;
};

}  // namespace settings::store
