#include "store/identity.h"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>
#include <sstream>
#include <vector>

#include "store/files.h"
#include "store/forgotten.h"
#include "store/high_water.h"
#include "store/open_file.h"
#include "store/origin.h"
#include "store/raw_rows.h"
#include "store/schema.h"
#include "store/stale.h"
#include "store/wall_clock.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;

StoreId random_id() {
    std::random_device random;
    StoreId id = any_store;
    while (id == any_store) id = StoreId{random()} << 32 | random();
    return id;
}

/// A run, and those before it.
struct Run {
    StoreId current = any_store;
    StoreId former = any_store;
    bool is_new = false;       ///< the database itself may still know an earlier one alone
    StoreId base = any_store;  ///< which one the database knows then
    /// Grows each time that a log says whose it is; 0 while the run is new.
    std::int64_t mark = 0;
    /// The database's mark when the log was begun. Earlier versions did not write it.
    std::optional<std::int64_t> begun_at = 0;
};

std::string text_of(Run const& run) {
    auto const both = store_text(run.current) + ' ' + store_text(run.former);
    if (run.is_new) return both + " 0 " + store_text(run.base);
    return both + ' ' + std::to_string(run.mark) + ' ' + std::to_string(run.begun_at.value_or(0));
}

std::optional<Run> run_from(std::string const& text) {
    std::istringstream stream{text};
    std::string current, former, base;
    std::int64_t mark = 0;
    if (!(stream >> current >> former >> mark)) return std::nullopt;
    auto const known = store_in(current), known_former = store_in(former);
    if (!known || !known_former) return std::nullopt;
    bool const has_base{stream >> base};
    if (mark == 0)
        return Run{*known, *known_former, /*is_new=*/true, store_in(base).value_or(*known_former)};
    Run run{*known, *known_former, /*is_new=*/false, *known_former, mark, std::nullopt};
    if (has_base) run.begun_at = std::atoll(base.c_str());
    return run;
}

/// Whether a log continues the database that stands beside it.
bool continues(Run const& log, Run const& database) {
    if (log.current != database.current)
        return log.is_new && (log.former == database.current || log.base == database.current);
    if (!log.begun_at) return true;  // an earlier version drew its marks by chance
    return *log.begun_at <= database.mark && database.mark <= log.mark;
}

std::optional<std::string> remembered(Connection& connection, std::string const& name) {
    Statement statement{connection, "SELECT value FROM memory WHERE name = ?"};
    auto rows = statement.query(name);
    if (!rows.next()) return std::nullopt;
    return std::string{rows.text(0)};
}

void remember(Connection& connection, std::string const& name, std::string const& value) {
    Statement{connection, "INSERT OR REPLACE INTO memory VALUES (?, ?)"}.run(name, value);
}

std::optional<Run> run_of(Connection& connection) {
    return run_from(remembered(connection, "run").value_or(""));
}

/// Whether the database has all that its log holds.
bool knows_all_of_log(Connection& connection) {
    Statement checkpoint{connection, "PRAGMA wal_checkpoint(PASSIVE)"};
    auto rows = checkpoint.query();
    auto const frames = rows.one().integer(1);
    return rows.integer(2) == frames;
}

// Without SQLite --------------------------------------------------------------------------------

/// The rows of all pages that a first page leads to. `is_whole` becomes false where one of the
/// pages cannot be read.
std::vector<RawRow> rows_below(RawPages& pages, std::uint32_t root, bool& is_whole) {
    std::vector<RawRow> rows;
    std::set<std::uint32_t> seen;
    std::vector<std::uint32_t> left{root};
    while (!left.empty()) {
        auto const number = left.back();
        left.pop_back();
        if (!seen.insert(number).second) continue;
        auto page = read_raw(pages, number);
        is_whole = is_whole && page.has_value();
        if (!page) continue;
        left.insert(left.end(), page->children.begin(), page->children.end());
        std::move(page->rows.begin(), page->rows.end(), std::back_inserter(rows));
    }
    return rows;
}

std::string text_at(RawRow const& row, std::size_t column) {
    auto const* text =
        column < row.values.size() ? std::get_if<std::string>(&row.values[column]) : nullptr;
    return text == nullptr ? "" : *text;
}

/// The first page of the table `memory`; 0 when it cannot be found.
std::uint32_t root_of_memory(RawPages& pages, bool& is_whole) {
    constexpr std::size_t type = 0, name = 1, root = 3;
    for (auto const& row : rows_below(pages, 1, is_whole)) {
        if (text_at(row, type) != "table" || text_at(row, name) != "memory") continue;
        auto const* page =
            row.values.size() > root ? std::get_if<std::int64_t>(&row.values[root]) : nullptr;
        if (page != nullptr) return static_cast<std::uint32_t>(*page);
    }
    return 0;
}

/// What text_of() made of a run; empty where none is found.
std::string run_text_in(RawPages pages, bool& is_whole) {
    auto const root = root_of_memory(pages, is_whole);
    for (auto const& row : rows_below(pages, root, is_whole))
        if (text_at(row, 0) == "run") return text_at(row, 1);
    return {};
}

std::optional<Run> run_in(RawPages pages, bool& is_whole) {
    return run_from(run_text_in(std::move(pages), is_whole));
}

/// Whether the log leaves the database one of the same program, with pages of the same size
/// (sqlite.org/fileformat2.html, 1.3).
bool is_of_one_kind(fs::path const& file) {
    constexpr std::size_t application_id = 68, size = 4;
    RawPages database{file, {}};
    RawPages with_log{file, log_of(file)};
    if (database.size() != with_log.size()) return false;
    auto const before = database.page(1);
    auto const after = with_log.page(1);
    return before && after &&
           before->compare(application_id, size, *after, application_id, size) == 0;
}

}  // namespace

Revision last_of_history(Connection& connection) {
    Statement last{connection, "SELECT coalesce(max(revision), 0) FROM journal"};
    return last.query().one().integer(0);
}

StoreId store_id(Connection& connection) {
    return store_in(remembered(connection, "id").value_or("")).value_or(any_store);
}

/// The newest revision of a setting or of the history.
Revision last_of(Connection& connection) {
    Statement newest{connection, "SELECT coalesce(max(revision), 0) FROM setting"};
    return std::max(last_of_history(connection), newest.query().one().integer(0));
}

void become_another(Connection& connection, Revision acknowledged) {
    remember(connection, "id", store_text(random_id()));
    auto const last = std::max(acknowledged, last_of(connection));
    if (last == 0) return;
    Statement{connection,
              "INSERT INTO journal (revision, at, origin, app, changes) VALUES (?, ?, ?, '', '[]')"}
        .run(last + 2, unix_milliseconds(), name_of(Origin::recovery));
    measure_history(connection);
}

void was_put_back(Connection& connection, PutBack const& put_back) {
    connection.execute("DELETE FROM sent");
    Stale::note(connection, {last_of(connection), put_back.is_older});
    become_another(connection, put_back.acknowledged);
}

std::optional<PutBack> why_put_back(Connection& connection, fs::path const& file,
                                    bool log_is_damaged) {
    auto const beside = HighWater::of(file);
    auto const head = last_of_history(connection);
    auto const why = [&](std::string clause, bool is_older) {
        return PutBack{std::move(clause), is_older, beside.revision};
    };
    if (beside.revision > head)
        return why("ends with revision " + std::to_string(head) + ", and revision " +
                       std::to_string(beside.revision) +
                       " was acknowledged: an older store was put back, the store was removed, or "
                       "its log was damaged",
                   !log_is_damaged);
    auto const run = run_of(connection);
    if (!run) return std::nullopt;  // a version wrote it that kept none
    if (!beside.is_there)
        return why("is without the file " + file.filename().string() +
                       "-revision: it was put back, or comes from another machine",
                   false);
    if (beside.is_copy)
        return why("is a copy: it was put back, or comes from another machine", false);
    bool const is_known = beside.run == run->current || beside.run == run->former;
    if (beside.run != any_store && !is_known)
        return why("is not the one that was last in use here: an older store was put back", true);
    return std::nullopt;
}

/// Of a store that knows a run, the database comes first: the file beside it may fall behind by one
/// run, where the power is cut between the two. A new store may be without that file at no time,
/// which says that the store remembers only once it does.
void begin_run(Connection& connection, fs::path const& file) {
    auto const former = run_of(connection);
    auto const last = former.value_or(Run{});
    Run next{random_id(), last.current, /*is_new=*/true, last.is_new ? last.base : last.current};
    auto const renew = [&](StoreId run, bool store_remembers) {
        HighWater::renew(file, HighWater::of(file).revision, run, store_remembers);
    };
    if (!former) renew(next.current, /*store_remembers=*/false);
    // Where the file beside cannot be brought up to date, nothing has changed yet.
    if (auto const beside = HighWater::of(file); former && beside.run != former->current)
        renew(former->current, beside.store_remembers);
    connection.execute("BEGIN IMMEDIATE");
    if (store_id(connection) == any_store) remember(connection, "id", store_text(random_id()));
    remember(connection, "run", text_of(next));
    note_nothing_to_remember(connection);
    connection.execute("COMMIT");
    // Whatever the log holds from now on goes with what the database itself knows. Somebody who
    // reads the store may be in the way of that.
    connection.bring_log_in(std::chrono::milliseconds{0});
    next.is_new = !knows_all_of_log(connection);
    next.mark = 1;
    if (!next.is_new) remember(connection, "run", text_of(next));
    renew(next.current, /*store_remembers=*/true);
}

void mark_log(Connection& connection, std::string const& begun_at) {
    auto run = run_of(connection);
    if (!run || run->is_new) return;
    auto const database = run_from(begun_at);
    bool const is_known = database && database->current == run->current;
    run->begun_at = is_known ? database->mark : 0;
    ++run->mark;
    remember(connection, "run", text_of(*run));
}

std::string mark_in(Connection const& database) {
    OpenFile file{database};
    auto stream = std::make_unique<std::istream>(&file);
    stream->exceptions(std::ios::badbit);  // what the disk cannot read is no other mark
    bool is_whole = true;
    return run_text_in(RawPages{std::move(stream)}, is_whole);
}

bool has_run(fs::path const& database) {
    constexpr std::size_t read_version = 19;  // sqlite.org/fileformat2.html, 1.3.3
    RawPages pages{database, {}};
    auto const head = pages.page(1);
    bool is_whole = true;
    return head && (*head)[read_version] == '\2' && run_in(std::move(pages), is_whole).has_value();
}

LogOwner owner_of_log(fs::path const& file) {
    RawPages with_log{file, log_of(file)};
    if (!with_log.has_log()) return LogOwner::this_store;
    bool database_is_whole = true;
    bool log_is_whole = true;
    auto const in_database = run_in(RawPages{file, {}}, database_is_whole);
    auto const in_log = run_in(std::move(with_log), log_is_whole);
    // A power cut may have torn the database's page while its log has it whole. So only a database
    // that says whose it is can tell that a log is another's: otherwise the salvage reads both.
    if (!database_is_whole || !in_database) return LogOwner::this_store;
    // Somebody may have changed the row while the log was written.
    if (!in_log) return is_of_one_kind(file) ? LogOwner::unknown : LogOwner::another_store;
    return continues(*in_log, *in_database) ? LogOwner::this_store : LogOwner::another_store;
}

}  // namespace settings::store
