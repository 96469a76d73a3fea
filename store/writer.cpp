#include "store/writer.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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

struct NoRoomInLog : std::runtime_error {
    using std::runtime_error::runtime_error;
};

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

/// Time of the last write to the file, in nanoseconds since 1970; 0 when there is none.
std::int64_t written_at(std::filesystem::path const& file) {
    struct stat status {};
    if (lstat(file.c_str(), &status) != 0) return 0;
    return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
}

bool is_of_storage(Result<void> const& outcome) {
    if (outcome) return false;
    auto const code = outcome.error().code();
    return code == Errc::storage_full || code == Errc::storage_broken;
}

}  // namespace

Writer::Store::Store(std::filesystem::path const& path, Retention retention)
    : file{path},
      connection{open_for_writing(file)},
      database{os::identity_of(file)},
      log{os::identity_of(log_of(file))},
      written{written_at(file)},
      mark{mark_in(connection)},
      acknowledged{file},
      ledger{connection, unix_milliseconds, retention},
      begin{connection, "BEGIN IMMEDIATE"},
      commit{connection, "COMMIT"},
      rollback{connection, "ROLLBACK"},
      savepoint{connection, "SAVEPOINT operation"},
      release{connection, "RELEASE operation"},
      rollback_to{connection, "ROLLBACK TO operation"},
      data_version{connection, "PRAGMA data_version"},
      version{read_version()} {
    note_log_head();
    Statement page_size{connection, "PRAGMA page_size"};
    page_bytes = static_cast<std::uintmax_t>(page_size.query().one().integer(0));
    watch_log();
}

/// Whether the file is the one that is open, and nobody else has written to it.
bool Writer::Store::is_as_left() const { return is_there() && written_at(file) == written; }

/// Notes how a checkpoint has left the database. One that went meanwhile is missed by the next
/// group.
void Writer::Store::note_checkpoint() {
    if (!std::exchange(has_checkpointed, false)) return;
    if (!is_there()) return;
    written = written_at(file);
    mark = mark_in(connection);
    // Of any other checkpoint a power cut may take back a part.
    if (database_is_whole) whole_mark = mark;
}

/// The header of the log and of its first frame: without one of them SQLite reads nothing of the
/// log at the next start. Empty while the log is.
std::string Writer::Store::read_log_head() const {
    return beginning_of_log(connection, log_header_bytes + frame_header_bytes);
}

/// After a commit that may have begun the log anew. After others it is as it was, unless somebody
/// wrote over it meanwhile.
void Writer::Store::note_log_head() { log_head = read_log_head(); }

/// Changes when another connection has changed the database (sqlite.org/pragma.html).
std::int64_t Writer::Store::read_version() { return data_version.query().one().integer(0); }

/// After a transaction of ours that failed: it may have begun the log, and have emptied the cache,
/// which counts as a change. Where it failed before anybody looked, others may have written.
void Writer::Store::note_nobody_else_wrote() {
    if (!std::exchange(was_looked_at, false)) return;
    version = read_version();
    note_log_head();
}

/// Whether another program wrote to the database that is open, as `cp` does when it puts a copy in
/// its place. Only a checkpoint of ours may; a program that only sets the file's time changes
/// nothing.
bool Writer::Store::is_overwritten() {
    auto const found = written_at(file);
    if (found == written) return false;
    if (mark_in(connection) != mark) return true;
    written = found;
    return false;
}

/// Whether the paths still lead to the files that are open, as we left them. What is written to
/// others would be lost.
std::optional<Writer::Disturbance> Writer::Store::disturbance_of_files() {
    // The log goes with the database as it was.
    if (is_overwritten()) return Disturbance{file.string() + " was overwritten", false, false};
    auto const found = os::identity_of(log_of(file));
    if (!found.is(log))
        return Disturbance{log_of(file).string() + " was moved, deleted or replaced", true, false};
    if (found.bytes >= log_bytes) return std::nullopt;
    // An older one would take back some pages of the database, which has more of it, and others
    // not.
    bool const is_older = found.bytes < bytes_in_database;
    return Disturbance{log_of(file).string() + " was cut short", false, !is_older};
}

/// Whether another program has changed the settings or the tables, of which apps have seen nothing,
/// or has written over the log.
std::optional<Writer::Disturbance> Writer::Store::disturbance_of_content() {
    if (read_log_head() != log_head)
        return Disturbance{log_of(file).string() + " was overwritten", false, false};
    if (read_version() != version)
        return Disturbance{file.string() + " was changed by another program", true, true};
    was_looked_at = true;
    return std::nullopt;
}

/// Checkpoints nearly as SQLite does by itself. SQLite calls this, so nothing in it may throw.
void Writer::Store::watch_log() {
    auto const committed = [](void* store, sqlite3*, char const*, int frames) {
        constexpr int worth_a_checkpoint = 1'000;
        auto& self = *static_cast<Store*>(store);
        bool const begins_anew = self.bytes_of(frames) < self.log_bytes;
        self.log_bytes = self.bytes_of(frames);
        if (begins_anew) {
            self.bytes_in_database = 0;
            self.log_head.clear();
        }
        if (frames < worth_a_checkpoint || !self.is_as_left()) return SQLITE_OK;
        // The next transaction marks the log, and with it the database: so that no copy which was
        // made meanwhile can be taken for the database that the next log is begun for.
        if (std::exchange(self.log_ends, true)) self.checkpoint();
        return SQLITE_OK;
    };
    sqlite3_wal_hook(connection.handle(), committed, this);
}

/// Size of a log of so many frames.
std::uintmax_t Writer::Store::bytes_of(int frames) const {
    return log_header_bytes +
           static_cast<std::uintmax_t>(frames) * (frame_header_bytes + page_bytes);
}

/// Brings the log into the database, as far as nobody reads an older state, and notes that it may
/// begin anew with the next transaction: whose it is must stand in it again. What the log has is
/// for no other database. Where it fails, the log goes on growing, and the next commit tries again.
void Writer::Store::checkpoint() {
    int in_log = 0, in_database = 0;
    bool const is_done =
        sqlite3_wal_checkpoint_v2(connection.handle(), "main", SQLITE_CHECKPOINT_PASSIVE, &in_log,
                                  &in_database) == SQLITE_OK;
    if (is_done) bytes_in_database = bytes_of(in_database);
    database_is_whole = is_done && in_log == in_database;
    has_checkpointed = true;
    log_is_marked = log_ends = false;
}

Writer::Writer(std::filesystem::path file, RunOnLoop run_on_loop, Published published,
               Options options)
    : file_{std::move(file)},
      run_on_loop_{std::move(run_on_loop)},
      published_{std::move(published)},
      options_{std::move(options)} {
    if (options_.unwritable) return;
    store_.emplace(file_, options_.retention);
    note(store_->ledger.take_remembered());
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
    try {
        if (!store_->is_there()) {
            store_->connection.keep_log();
            store_.reset();
            return false;
        }
        auto disturbance = store_->disturbance_of_files();
        if (!disturbance) disturbance = store_->disturbance_of_content();
        if (!disturbance) end_run();
        leave(disturbance.value_or(Disturbance{{}, true, true}));
        return !disturbance;
    } catch (std::runtime_error const&) {
        // The log stays, and the next start reads it, or sets it aside.
        if (store_) store_->connection.keep_log();
        store_.reset();
        return false;
    }
}

/// Begins another run, which the next start continues: a copy that was made while this one was
/// under way is no longer the store that was in use last.
void Writer::end_run() {
    try {
        begin_run(store_->connection, file_);
    } catch (std::runtime_error const&) {
        // The copy is not told from the store then. All that was saved is there.
        if (store_->connection.in_transaction()) store_->rollback.run();
    }
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
        ++failures_;
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
        failures_ += static_cast<std::uint64_t>(
            std::ranges::count_if(*group, is_of_storage, &Operation::outcome));
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
        check_database_is_there();
        if (auto const by = store_->disturbance_of_files()) begin_anew(*by);
        bound_log();
        store_->begin.run();
        // Nobody else has a transaction before our commit.
        if (auto const by = store_->disturbance_of_content()) begin_anew(*by);
        bool const may_begin_anew = !std::exchange(store_->log_is_marked, true);
        if (may_begin_anew || store_->log_ends) mark_log(store_->connection, store_->whole_mark);
        for (auto& operation : group) perform(operation);
        auto remembered = store_->ledger.take_remembered();
        store_->commit.run();
        note(std::move(remembered));
        store_->note_checkpoint();
        if (may_begin_anew || store_->log_head.empty()) store_->note_log_head();
        store_->was_looked_at = false;
        store_->acknowledged.note(store_->ledger.head());
        disk_failures_ = 0;
    } catch (std::exception const& cause) {
        auto const error = failed(cause);
        for (auto& operation : group) operation.outcome = error;
    }
}

/// Notes it, if there is any.
void Writer::note(std::optional<Remembered> remembered) {
    if (!remembered) return;
    std::lock_guard const lock{mutex_};
    remembered_ = *std::move(remembered);
}

Remembered Writer::remembered() const {
    std::lock_guard const lock{mutex_};
    return remembered_;
}

/// Throws where the log has become too large. It cannot begin anew while another program reads the
/// store as it was before.
void Writer::bound_log() {
    if (store_->log_bytes <= options_.log_bytes) return;
    store_->checkpoint();
    store_->note_checkpoint();
    if (!store_->database_is_whole)
        throw NoRoomInLog{"another program has been reading " + file_.string() +
                          " for so long that its log has become too large; end it (see: fuser " +
                          file_.string() + ')'};
}

/// Throws when the path of the database leads to another file, or to none.
void Writer::check_database_is_there() {
    if (!store_->is_there()) miss_database();
    if (is_missed_) forget_last_seen(file_);
    is_missed_ = false;
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

/// Closes the files, and does with the log what is right for it: what it has must not get into
/// another database, nor by halves into its own.
void Writer::leave(Disturbance const& by) {
    if (by.is_log_whole) store_->connection.bring_log_in(patience_with_readers);
    // Without this, closing brings it in and removes what stands at its path.
    if (!by.is_log_whole || !by.is_log_placed) store_->connection.keep_log();
    store_.reset();
    if (!by.is_log_placed) set_log_aside(file_);
}

/// Leaves the store to the next start, which brings back what apps have seen (see last_seen.h).
/// Whatever fails here, nothing is written to it any more.
void Writer::begin_anew(Disturbance const& by) {
    if (store_->connection.in_transaction()) store_->rollback.run();
    ruin(by.what + "; the store is opened anew");
    leave(by);
    throw std::runtime_error{by.what +
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
    bool const heals = dynamic_cast<NoRoomInLog const*>(&cause) != nullptr;
    return {heals ? Errc::storage_full : Errc::storage_broken,
            std::string{"not saved: "} + cause.what()};
}

bool Writer::roll_back() {
    try {
        store_->log_is_marked = false;
        if (store_->connection.in_transaction()) store_->rollback.run();
        store_->ledger.reload();
        store_->note_nobody_else_wrote();
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
