#include "store/writer.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <memory>
#include <utility>

#include "store/reader.h"
#include "store/schema.h"
#include "store/wall_clock.h"

namespace settings::store {
namespace {

/// Errors after which a connection must not be used any more. A read-only disk is one of them: the
/// connection stays read-only when the disk is writable again.
bool is_disk_failure(int code) {
    int const primary = code & 0xff;
    return primary == SQLITE_IOERR || primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ||
           primary == SQLITE_READONLY;
}

std::pair<std::uintmax_t, std::uintmax_t> identity_of(std::filesystem::path const& file) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) return {0, 0};
    return {status.st_dev, status.st_ino};
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
            return {Errc::storage_broken, "not saved: the store is damaged (" + why +
                                              "); restart settingsd, which salvages it"};
        default:
            return {Errc::storage_broken,
                    "the disk failed (" + why + "): this may or may not be saved; read it back"};
    }
}

}  // namespace

Writer::Store::Store(std::filesystem::path const& file, Retention retention)
    : connection{open_for_writing(file)},
      identity{identity_of(file)},
      ledger{connection, unix_milliseconds, retention},
      begin{connection, "BEGIN IMMEDIATE"},
      commit{connection, "COMMIT"},
      rollback{connection, "ROLLBACK"},
      savepoint{connection, "SAVEPOINT operation"},
      release{connection, "RELEASE operation"},
      rollback_to{connection, "ROLLBACK TO operation"} {}

void Writer::Store::check_in_place(std::filesystem::path const& file) const {
    if (identity_of(file) != identity)
        throw std::runtime_error{file.string() +
                                 " was moved, deleted or replaced; put it back, or restart "
                                 "settingsd to go on with what is there"};
}

Writer::Writer(std::filesystem::path file, RunOnLoop run_on_loop, Published published,
               Options options)
    : file_{std::move(file)},
      run_on_loop_{std::move(run_on_loop)},
      published_{std::move(published)},
      options_{options} {
    store_.emplace(file_, options_.retention);
    thread_ = std::thread{[this] { run(); }};
    pthread_setname_np(thread_.native_handle(), "writer");  // for ps, top and debuggers
}

Writer::~Writer() { close(); }

void Writer::close() {
    {
        std::lock_guard const lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
    store_.reset();
}

void Writer::submit(Work work, Done done) {
    Operation operation{std::move(work), std::move(done)};
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
    if (queue_.size() >= options_.queue_limit)
        return Error{Errc::busy, "not saved: too many edits are waiting for the disk"};
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
    if (queue_.size() <= options_.group_limit) return std::exchange(queue_, {});

    auto const end = queue_.begin() + static_cast<std::ptrdiff_t>(options_.group_limit);
    Group group{std::make_move_iterator(queue_.begin()), std::make_move_iterator(end)};
    queue_.erase(queue_.begin(), end);
    return group;
}

void Writer::commit(Group& group) {
    try {
        open_if_closed();
        store_->check_in_place(file_);
        store_->begin.run();
        for (auto& operation : group) perform(operation);
        store_->commit.run();
        disk_failures_ = 0;
    } catch (std::exception const& cause) {
        auto const error = failed(cause);
        for (auto& operation : group) operation.outcome = error;
    }
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
        if (!store_->connection.in_transaction() || is_disk_failure(error.code())) throw;
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
    int const code = sqlite == nullptr ? SQLITE_OK : sqlite->code();
    if ((code & 0xff) == SQLITE_IOERR) ++disk_failures_;
    if (store_ && (is_disk_failure(code) || !roll_back())) store_.reset();
    if (sqlite != nullptr) return explain(*sqlite);
    return {Errc::storage_broken, std::string{"not saved: "} + cause.what()};
}

bool Writer::roll_back() {
    try {
        if (store_->connection.in_transaction()) store_->rollback.run();
        store_->ledger.reload();
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
