#include "tests/crash/workload.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <optional>
#include <random>
#include <stdexcept>
#include <utility>

#include "store/recovery.h"
#include "store/schema.h"
#include "store/writer.h"
#include "tests/crash/contents.h"
#include "tests/crash/recorder.h"
#include "tests/support/store_of_version_5.h"
#include "tests/support/temporary_folder.h"

namespace settings::crash {
namespace {

using store::Ledger;

/// A store at work, whose folder is recorded.
class Session {
  public:
    explicit Session(Reply reply) : reply_{reply} {
        recorder_.emplace(folder_.path());
        states_.push_back(contents_of(file()));
    }

    void open(Revision retention = 100'000) {
        if (store::recover(file())) throw std::logic_error{"a store of our own is damaged"};
        writer_.emplace(
            file(), [](auto task) { task(); }, [](auto const&) {},
            store::Writer::Options{.retention = {.revisions = retention}});
    }

    void close() { writer_.reset(); }

    /// Lets the next open() migrate the store. What it holds stays the same.
    void become_older() {
        store::Connection connection{file(), store::Connection::Mode::read_write};
        store::take_back_to_version_5(connection);
    }

    /// Does one transaction, and promises what came of it.
    void step(std::function<void(Ledger&)> const& work) {
        if (reply_ == Reply::before_commit) recorder_->promise(states_.size());
        std::promise<Result<void>> done;
        writer_->submit(
            [&](Ledger& ledger) -> Result<void> {
                work(ledger);
                return {};
            },
            [&](Result<void> outcome) { done.set_value(std::move(outcome)); });
        auto const outcome = done.get_future().get();
        if (!outcome) throw std::logic_error{outcome.error().message()};
        if (reply_ == Reply::after_commit) recorder_->promise(states_.size());
        states_.push_back(contents_of(file()));
    }

    Run end() {
        close();
        return {recorder_->trace(), std::move(states_)};
    }

  private:
    [[nodiscard]] std::filesystem::path file() const { return folder_ / store_name; }

    TemporaryFolder folder_;
    Reply reply_;
    std::optional<Recorder> recorder_;
    std::optional<store::Writer> writer_;
    std::vector<std::string> states_;
};

void edit(Ledger& ledger, std::string const& key, Json value) {
    Json partial;
    partial[key] = std::move(value);
    if (!ledger.apply(Patch{std::move(partial)}, "app"))
        throw std::logic_error{"an edit was refused"};
}

/// The time of the daemon's clock at a step.
Time at(int step) { return std::chrono::seconds{10} * step; }

/// What a round of the sync writes, in transactions as the daemon has them: memory and marks of a
/// batch, then the acceptance of the batch, or sometimes a refusal.
void sync(Session& session, int step) {
    Batch batch;
    session.step([&](Ledger& ledger) {
        ledger.memory().remember("budget " + std::to_string(step));
        batch = ledger.mirror().freeze({5, 0}, 100'000, at(step)).batch;
    });
    session.step([&](Ledger& ledger) {
        ledger.memory().remember("settled " + std::to_string(step));
        if (step % 40 == 0)
            static_cast<void>(ledger.mirror().reject(batch, {400, "no"}, at(step + 100)));
        else
            static_cast<void>(ledger.mirror().settle(batch, at(step)));
    });
}

Run everyday(Reply reply) {
    Session session{reply};
    session.open(20);
    std::mt19937 chance{1};
    for (int step = 1; step <= 300; ++step) {
        auto const key = "key" + std::to_string(chance() % 20);
        session.step([&](Ledger& ledger) { edit(ledger, key, std::string(chance() % 300, 'x')); });
        if (step % 20 == 0) sync(session, step);
        if (step % 100 == 0) {
            session.close();
            session.open(20);
        }
    }
    return session.end();
}

/// Values large enough for the log to be brought into the database a few times.
Run checkpoints(Reply reply) {
    Session session{reply};
    session.open(20);
    std::mt19937 chance{2};
    for (int step = 1; step <= 400; ++step) {
        auto const key = "key" + std::to_string(chance() % 10);
        session.step(
            [&](Ledger& ledger) { edit(ledger, key, std::string(20'000, char('a' + step % 26))); });
        if (step % 50 == 0) sync(session, step);
    }
    return session.end();
}

Run creation(Reply reply) {
    Session session{reply};
    session.open();
    for (int step = 1; step <= 3; ++step)
        session.step([&](Ledger& ledger) { edit(ledger, "key", step); });
    return session.end();
}

/// Each start and stop moves log and database.
Run restarts(Reply reply) {
    Session session{reply};
    for (int step = 1; step <= 20; ++step) {
        session.open();
        session.step([&](Ledger& ledger) { edit(ledger, "key" + std::to_string(step), step); });
        session.close();
    }
    return session.end();
}

/// Values of some pages among small ones. The power is cut while the store becomes older, too: that
/// is one transaction like each migration, and the next start carries out what is left to do.
Run migrations(Reply reply) {
    Session session{reply};
    session.open();
    for (int step = 1; step <= 30; ++step) {
        auto const bytes = step % 10 == 0 ? 20'000U : 300U;
        session.step([&](Ledger& ledger) {
            edit(ledger, "key" + std::to_string(step), std::string(bytes, char('a' + step % 26)));
        });
        if (step % 10 == 0) {
            sync(session, step);
            session.close();
            session.become_older();
            session.open();
        }
    }
    return session.end();
}

void write_page(std::filesystem::path const& file, std::int64_t page) {
    constexpr std::int64_t page_size = 4'096;
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    stream.seekp((page - 1) * page_size);
    stream << std::string(page_size, 'Z');
}

/// A folder with a store that has lost one page of an index, and nothing of what it holds.
void make_damaged(std::filesystem::path const& file) {
    auto connection = store::open_for_writing(file);
    store::Ledger ledger{connection, [] { return 0; }};
    for (int step = 1; step <= 60; ++step)
        edit(ledger, "key" + std::to_string(step % 20), std::string(500, char('a' + step % 26)));
    ledger.memory().remember("paused");
    connection.bring_log_in(std::chrono::milliseconds{0});
    store::Statement root{connection,
                          "SELECT rootpage FROM sqlite_schema WHERE name = 'setting_dirty'"};
    write_page(file, root.query().one().integer(0));
}

/// Wherever the power is cut, the next start has what this one finds.
Run salvage(Reply) {
    TemporaryFolder const folder, copy;
    make_damaged(folder / store_name);
    std::filesystem::copy(folder.path(), copy.path());
    if (!store::recover(copy / store_name)) throw std::logic_error{"no damage was noticed"};

    Recorder recorder{folder.path()};
    recorder.promise(1);
    if (!store::recover(folder / store_name)) throw std::logic_error{"no damage was noticed"};
    return {recorder.trace(), {"", contents_of(copy / store_name)}, /*is_damaged=*/true};
}

}  // namespace

std::vector<Workload> const& workloads() {
    static std::vector<Workload> const all{
        {"everyday", "edits, rounds of the sync, pruning, restarts", 4, everyday},
        {"checkpoints", "a log that is brought into the database", 1, checkpoints},
        {"creation", "a new store and its first edits", 1, creation},
        {"restarts", "one edit between a start and a stop", 2, restarts},
        {"migrations", "a store of an earlier version that is opened", 2, migrations},
        {"salvage", "the salvage of a damaged store", 2, salvage},
    };
    return all;
}

}  // namespace settings::crash
