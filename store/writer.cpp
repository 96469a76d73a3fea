#include "store/writer.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "store/damage.h"
#include "store/files.h"
#include "store/identity.h"
#include "store/last_seen.h"
#include "store/open_file.h"
#include "store/reader.h"
#include "store/recovery.h"
#include "store/schema.h"
#include "store/wall_clock.h"

namespace settings::store {
namespace {

/// Errors after which a connection must not be used any more. A read-only disk is one of them: the
/// connection stays read-only when the disk is writable again.
bool is_disk_failure(SqliteError const& error) {
    int const primary = error.code() & 0xff;
    return primary == SQLITE_IOERR || primary == SQLITE_READONLY || is_damage(error);
}

/// At the end, with other programs that read the store: a stop must not take long.
constexpr std::chrono::milliseconds patience_with_readers{500};

// The parts of a log (sqlite.org/fileformat2.html, 4.1): its header, and that of each frame.
constexpr std::size_t log_header_bytes = 32, frame_header_bytes = 24;

/// What helps when the store went. A folder that was removed while a sandbox holds it is still to
/// be seen from within, without a name.
std::string how_to_go_on(std::filesystem::path const& folder) {
    struct stat status {};
    bool const is_there = stat(folder.c_str(), &status) == 0 && status.st_nlink > 0;
    if (is_there) return "restart settingsd, which brings back what apps saw last";
    return "make its folder, which is gone as well, and restart settingsd: mkdir -p -m 700 " +
           folder.string();
}

Error explain(SqliteError const& error) {
    std::string const why = error.what();
    switch (error.code() & 0xff) {
        case SQLITE_FULL:
            return {Errc::storage_full,
                    "not saved: the disk is full (" + why + "); free some space"};
        case SQLITE_READONLY:
            return {Errc::storage_full, "not saved: the disk is read-only (" + why + ")"};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Errc::busy, "not saved: another process holds the store (" + why + ")"};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Errc::storage_broken,
                    "not saved: the store is damaged (" + why +
                        "); settingsd salvages it now, try again in a moment"};
        default:
            return {Errc::storage_broken,
                    "the disk failed (" + why + "): this may or may not be saved; read it back"};
    }
}

}  // namespace

Writer::FileIdentity Writer::identity_of(std::filesystem::path const& file) {
    struct stat status {};
    if (lstat(file.c_str(), &status) != 0) return {};
    return {status.st_dev, status.st_ino, static_cast<std::uintmax_t>(status.st_size),
            status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
}

Writer::Store::Store(std::filesystem::path const& file, Retention retention)
    : file{file},
      connection{open_for_writing(file)},
      database{identity_of(file)},
      log{identity_of(log_of(file))},
      mark{mark_in(connection)},
      acknowledged{file},
      ledger{connection, unix_milliseconds, retention},
      begin{connection, "BEGIN IMMEDIATE"},
      commit{connection, "COMMIT"},
      rollback{connection, "ROLLBACK"},
      savepoint{connection, "SAVEPOINT operation"},
      release{connection, "RELEASE operation"},
      rollback_to{connection, "ROLLBACK TO operation"},
      mark_log{connection, mark_log_sql()},
      data_version{connection, "PRAGMA data_version"},
      version{read_version()} {
    note_log_head();
    Statement page_size{connection, "PRAGMA page_size"};
    page_bytes = static_cast<std::uintmax_t>(page_size.query().one().integer(0));
    watch_log();
}

/// Whether the file is the one that is open, and nobody else has written to it.
bool Writer::Store::is_as_left() const {
    auto const found = identity_of(file);
    return found.is(database) && found.written == database.written;
}

/// Notes how a checkpoint has left the database. One that went meanwhile is missed by the next
/// group.
void Writer::Store::note_checkpoint() {
    if (!std::exchange(has_checkpointed, false)) return;
    auto const found = identity_of(file);
    if (!found.is(database)) return;
    database.written = found.written;
    mark = mark_in(connection);
}

/// The header of the log and of its first frame: without one of them SQLite reads nothing of the
/// log at the next start. Empty while the log is.
std::string Writer::Store::read_log_head() const {
    OpenFile log{connection, OpenFile::Which::log};
    std::string head(log_header_bytes + frame_header_bytes, '\0');
    head.resize(static_cast<std::size_t>(log.sgetn(head.data(), std::ssize(head))));
    return head;
}

/// After a commit that may have begun the log anew. After others it is as it was, unless somebody
/// wrote over it meanwhile.
void Writer::Store::note_log_head() { log_head = read_log_head(); }

/// Changes when another connection has changed the database (sqlite.org/pragma.html).
std::int64_t Writer::Store::read_version() { return data_version.query().one().integer(0); }

/// Checkpoints as SQLite does by itself, and notes that the log may begin anew with the next
/// transaction: whose it is must stand in it again. What the log has is for no other database.
/// SQLite calls this, so nothing in it may throw.
void Writer::Store::watch_log() {
    auto const committed = [](void* store, sqlite3* handle, char const* name, int frames) {
        constexpr int worth_a_checkpoint = 1'000;
        auto& self = *static_cast<Store*>(store);
        auto const bytes_of = [&self](int count) {
            return log_header_bytes +
                   static_cast<std::uintmax_t>(count) * (frame_header_bytes + self.page_bytes);
        };
        bool const begins_anew = bytes_of(frames) < self.log_bytes;
        self.log_bytes = bytes_of(frames);
        if (begins_anew) self.bytes_in_database = 0;
        if (frames < worth_a_checkpoint || !self.is_as_left()) return SQLITE_OK;
        // Where it fails, the log goes on growing, and the next commit tries again.
        int in_database = 0;
        if (sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                      &in_database) == SQLITE_OK)
            self.bytes_in_database = bytes_of(in_database);
        self.has_checkpointed = true;
        self.log_is_marked = false;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(connection.handle(), committed, this);
}

Writer::Writer(std::filesystem::path file, RunOnLoop run_on_loop, Published published,
               Options options)
    : file_{std::move(file)},
      run_on_loop_{std::move(run_on_loop)},
      published_{std::move(published)},
      options_{std::move(options)} {
    if (options_.unwritable) return;
    store_.emplace(file_, options_.retention);
    thread_ = std::thread{[this] { run(); }};
    pthread_setname_np(thread_.native_handle(), "writer");  // for ps, top and debuggers
}

Writer::~Writer() { close(); }

void Writer::stop() {
    {
        std::lock_guard const lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

bool Writer::close() {
    stop();
    if (!store_) return true;
    auto const found = identity_of(file_);
    bool const is_in_place = found.is(store_->database);
    bool const is_foreign = is_in_place && is_overwritten(found);
    bool is_as_left = is_in_place && !is_foreign;
    try {
        if (is_as_left) {
            is_as_left = store_->read_version() == store_->version;
            store_->connection.bring_log_in(patience_with_readers);
        } else {
            store_->connection.keep_log();
        }
        store_.reset();
        if (is_foreign) set_log_aside(file_);
    } catch (std::runtime_error const&) {
        // The log stays, and the next start reads it, or sets it aside.
        store_.reset();
    }
    return is_as_left;
}

void Writer::submit(Work work, Done done, std::size_t bytes) {
    Operation operation{std::move(work), std::move(done), bytes};
    auto const refused = enqueue(operation);
    if (!refused)
        wake_.notify_one();
    else
        run_on_loop_([done = std::move(operation.done), refused] { done(*refused); });
}

/// Queues the operation, or returns why it is refused.
std::optional<Error> Writer::enqueue(Operation& operation) {
    std::lock_guard const lock{mutex_};
    if (stopping_) return Error{Errc::busy, "not saved: settingsd is stopping"};
    if (options_.unwritable) {
        ++groups_;  // whoever watches the writer sees that nothing hangs
        return Error{Errc::storage_full, "not saved: " + *options_.unwritable};
    }
    bool const is_large = !queue_.empty() && queued_bytes_ + operation.bytes > options_.queue_bytes;
    if (is_large || queue_.size() >= options_.queue_limit)
        return Error{Errc::busy, "not saved: too many edits are waiting for the disk"};
    queued_bytes_ += operation.bytes;
    queue_.push_back(std::move(operation));
    return std::nullopt;
}

void Writer::run() {
    while (auto group = next_group()) {
        commit(*group);
        ++groups_;
        publish(std::move(*group));
    }
}

/// Waits for work. Returns nothing once the writer stops and the queue is empty.
std::optional<Writer::Group> Writer::next_group() {
    std::unique_lock lock{mutex_};
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return std::nullopt;
    if (queue_.size() <= options_.group_limit) {
        queued_bytes_ = 0;
        return std::exchange(queue_, {});
    }

    auto const end = queue_.begin() + static_cast<std::ptrdiff_t>(options_.group_limit);
    Group group{std::make_move_iterator(queue_.begin()), std::make_move_iterator(end)};
    queue_.erase(queue_.begin(), end);
    for (auto const& taken : group) queued_bytes_ -= taken.bytes;
    return group;
}

void Writer::commit(Group& group) {
    try {
        if (is_ruined_)
            throw std::runtime_error{"the store is about to be opened anew; try again in a moment"};
        open_if_closed();
        check_in_place();
        store_->begin.run();
        check_nobody_else_wrote();
        bool const may_begin_anew = !std::exchange(store_->log_is_marked, true);
        if (may_begin_anew) store_->mark_log.run();
        for (auto& operation : group) perform(operation);
        store_->commit.run();
        store_->note_checkpoint();
        if (may_begin_anew) store_->note_log_head();
        store_->acknowledged.note(store_->ledger.head());
        disk_failures_ = 0;
    } catch (std::exception const& cause) {
        auto const error = failed(cause);
        for (auto& operation : group) operation.outcome = error;
    }
}

/// Throws when a path no longer leads to the file that is open: what is written there would be
/// lost.
void Writer::check_in_place() {
    check_database_in_place();
    auto const log = identity_of(log_of(file_));
    if (!log.is(store_->log)) {
        // The open log still holds what was acknowledged; the database gets it first.
        store_->connection.bring_log_in(patience_with_readers);
        begin_anew(log_of(file_).string() + " was moved, deleted or replaced", Log::aside);
    }
    if (log.bytes >= store_->log_bytes) return;
    // It would take back some pages of the database, which has more of it, and others not.
    bool const is_older = log.bytes < store_->bytes_in_database;
    begin_anew(log_of(file_).string() + " was cut short", is_older ? Log::aside : Log::stays);
}

/// Throws when another program has changed the settings or the tables, of which apps have seen
/// nothing, or has written over the log. Within a transaction: nobody else has one before the
/// commit.
void Writer::check_nobody_else_wrote() {
    if (store_->read_version() != store_->version) {
        store_->rollback.run();
        begin_anew(file_.string() + " was changed by another program", Log::stays);
    }
    if (store_->read_log_head() == store_->log_head) return;
    store_->rollback.run();
    store_->connection.keep_log();
    begin_anew(log_of(file_).string() + " was overwritten", Log::aside);
}

void Writer::check_database_in_place() {
    auto const found = identity_of(file_);
    if (!found.is(store_->database)) miss_database();
    if (is_missed_) forget_last_seen(file_);
    is_missed_ = false;
    if (!is_overwritten(found)) return;
    // The log goes with the database as it was.
    store_->connection.keep_log();
    begin_anew(file_.string() + " was overwritten", Log::aside);
}

/// What apps see is put on disk beside it, in case that this process is killed.
void Writer::miss_database() {
    if (!is_missed_.exchange(true)) run_on_loop_(options_.missed);
    if (auto const folder = file_.parent_path();
        access(folder.c_str(), X_OK) != 0 && errno == EACCES)
        throw std::runtime_error{folder.string() + " is closed to settingsd itself; chmod 700 it"};
    throw std::runtime_error{file_.string() + " was moved, deleted or replaced; put it back, or " +
                             how_to_go_on(file_.parent_path())};
}

/// Whether another program wrote to the database that is open, as `cp` does when it puts a copy in
/// its place. Only a checkpoint of ours may; a program that only sets the file's time changes
/// nothing.
bool Writer::is_overwritten(FileIdentity const& found) {
    if (found.written == store_->database.written) return false;
    if (mark_in(store_->connection) != store_->mark) return true;
    store_->database.written = found.written;
    return false;
}

/// Leaves the store to the next start, which brings back what apps have seen (see last_seen.h).
/// Whatever fails here, nothing is written to it any more: what is in its log must not get into
/// another database, nor by halves into its own.
void Writer::begin_anew(std::string const& why, Log log) {
    ruin(why + "; the store is opened anew");
    store_.reset();
    if (log == Log::aside) set_log_aside(file_);
    throw std::runtime_error{why +
                             "; nothing that was saved before is lost. Try again in a moment"};
}

void Writer::was_seen(SqliteError const& error) {
    if (!is_damage(error) || is_ruined_) return;
    suspect(file_, error.what());
    ruin(std::string{"the store is damaged: "} + error.what());
}

/// From now on each operation fails, until the next start.
void Writer::ruin(std::string const& why) {
    if (is_ruined_.exchange(true)) return;
    run_on_loop_([ruined = options_.ruined, why] { ruined(why); });
}

/// Runs one operation in a savepoint of its own. Throws when the whole group has to fail.
void Writer::perform(Operation& operation) {
    auto const before = store_->ledger.mark();
    store_->savepoint.run();
    try {
        operation.outcome = operation.work(store_->ledger);
    } catch (SqliteError const& error) {
        // Some failures make SQLite roll the whole transaction back, and after a failure of the
        // disk the connection must not be used any more: then the whole group fails.
        if (!store_->connection.in_transaction() || is_disk_failure(error)) throw;
        store_->rollback_to.run();
        store_->ledger.back_to(before);
        operation.outcome = explain(error);
    }
    store_->release.run();
}

/// Hands the whole group to the loop, where the callbacks run and die.
void Writer::publish(Group group) {
    auto commit = std::make_shared<Commit>();
    if (store_) *commit = store_->ledger.take_commit();
    if (auto whole = std::exchange(reread_, std::nullopt)) {
        commit->whole = true;
        commit->store = whole->store;
        commit->changes.insert(commit->changes.begin(), whole->changes.begin(),
                               whole->changes.end());
    }
    auto finished = std::make_shared<Group>(std::move(group));
    // Not `this`: the loop may get there after the writer has gone.
    run_on_loop_([published = published_, commit, finished] {
        if (commit->whole || !commit->changes.empty()) published(*commit);
        for (auto& operation : *finished) operation.done(std::move(operation.outcome));
    });
}

/// Leaves the failed transaction, or the file, and says what went wrong.
Error Writer::failed(std::exception const& cause) {
    auto const* sqlite = dynamic_cast<SqliteError const*>(&cause);
    if (sqlite != nullptr && (sqlite->code() & 0xff) == SQLITE_IOERR) ++disk_failures_;
    bool const is_lost = sqlite != nullptr && is_disk_failure(*sqlite);
    if (store_ && (is_lost || !roll_back())) store_.reset();
    if (sqlite != nullptr) was_seen(*sqlite);
    if (sqlite != nullptr) return explain(*sqlite);
    return {Errc::storage_broken, std::string{"not saved: "} + cause.what()};
}

bool Writer::roll_back() {
    try {
        store_->log_is_marked = false;
        if (store_->connection.in_transaction()) store_->rollback.run();
        store_->ledger.reload();
        // A transaction that failed may have emptied the cache, which counts as a change.
        store_->version = store_->read_version();
        return true;
    } catch (SqliteError const&) {
        return false;
    }
}

/// After a failed flush the kernel may have marked lost pages as clean, so what the connection
/// believes cannot be trusted: readers are told what the file holds now.
void Writer::open_if_closed() {
    if (store_) return;
    if (disk_failures_ >= 2)
        throw std::runtime_error{"the disk failed twice; restart settingsd when it is mended"};
    store_.emplace(file_, options_.retention);
    try {
        reread_ = Reader{file_}.document();
    } catch (SqliteError const&) {
        store_.reset();
        throw;
    }
}

}  // namespace settings::store
