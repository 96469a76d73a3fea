#include "store/identity.h"

#include <algorithm>
#include <random>
#include <set>
#include <sstream>
#include <vector>

#include "store/files.h"
#include "store/high_water.h"
#include "store/origin.h"
#include "store/raw_rows.h"
#include "store/schema.h"
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

/// A run, and the one before it.
struct Run {
    StoreId current = any_store;
    StoreId former = any_store;
    bool is_new = false;  ///< the database itself may still know the former one alone
};

std::string text_of(Run const& run) {
    return store_text(run.current) + ' ' + store_text(run.former) + (run.is_new ? " 0" : " 1");
}

std::optional<Run> run_from(std::string const& text) {
    std::istringstream stream{text};
    std::string current, former, mark;
    if (!(stream >> current >> former >> mark)) return std::nullopt;
    auto const known = store_in(current), known_former = store_in(former);
    if (!known || !known_former) return std::nullopt;
    return Run{*known, *known_former, mark == "0"};
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

Revision last_of_history(Connection& connection) {
    Statement last{connection, "SELECT coalesce(max(revision), 0) FROM journal"};
    return last.query().one().integer(0);
}

// Without SQLite
// ----------------------------------------------------------------------------------

/// The rows of all pages that a first page leads to.
std::vector<RawRow> rows_below(RawPages& pages, std::uint32_t root) {
    std::vector<RawRow> rows;
    std::set<std::uint32_t> seen;
    std::vector<std::uint32_t> left{root};
    while (!left.empty()) {
        auto const number = left.back();
        left.pop_back();
        auto page = seen.insert(number).second ? read_raw(pages, number) : std::nullopt;
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
std::uint32_t root_of_memory(RawPages& pages) {
    constexpr std::size_t type = 0, name = 1, root = 3;
    for (auto const& row : rows_below(pages, 1)) {
        if (text_at(row, type) != "table" || text_at(row, name) != "memory") continue;
        auto const* page =
            row.values.size() > root ? std::get_if<std::int64_t>(&row.values[root]) : nullptr;
        if (page != nullptr) return static_cast<std::uint32_t>(*page);
    }
    return 0;
}

std::optional<Run> run_in(RawPages pages) {
    for (auto const& row : rows_below(pages, root_of_memory(pages)))
        if (text_at(row, 0) == "run") return run_from(text_at(row, 1));
    return std::nullopt;
}

}  // namespace

StoreId store_id(Connection& connection) {
    return store_in(remembered(connection, "id").value_or("")).value_or(any_store);
}

void become_another(Connection& connection, Revision acknowledged) {
    remember(connection, "id", store_text(random_id()));
    Statement newest{connection, "SELECT coalesce(max(revision), 0) FROM setting"};
    auto const last =
        std::max({acknowledged, last_of_history(connection), newest.query().one().integer(0)});
    if (last == 0) return;
    Statement{connection,
              "INSERT INTO journal (revision, at, origin, app, changes) VALUES (?, ?, ?, '', '[]')"}
        .run(last + 2, unix_milliseconds(), name_of(Origin::recovery));
    measure_history(connection);
}

std::optional<std::string> why_put_back(Connection& connection, fs::path const& file) {
    auto const beside = HighWater::of(file);
    auto const head = last_of_history(connection);
    if (beside.revision > head)
        return "ends with revision " + std::to_string(head) + ", and revision " +
               std::to_string(beside.revision) +
               " was acknowledged: an older store was put back, or the store was removed";
    auto const run = run_of(connection);
    if (!run) return std::nullopt;  // a version wrote it that kept none
    if (!beside.is_there)
        return "is without the file " + file.filename().string() +
               "-revision: it was put back, or comes from another machine";
    if (beside.is_copy) return "is a copy: it was put back, or comes from another machine";
    bool const is_known = beside.run == run->current || beside.run == run->former;
    if (beside.run != any_store && !is_known)
        return "is not the one that was last in use here: an older store was put back";
    return std::nullopt;
}

/// Of a store that knows a run, the database comes first: the file beside it may fall behind by one
/// run, where the power is cut between the two. A new store may be without that file at no time.
void begin_run(Connection& connection, fs::path const& file) {
    auto const former = run_of(connection);
    Run next{random_id(), former.value_or(Run{}).current, /*is_new=*/true};
    auto const renew = [&] { HighWater::renew(file, HighWater::of(file).revision, next.current); };
    if (!former) renew();
    connection.execute("BEGIN IMMEDIATE");
    if (store_id(connection) == any_store) remember(connection, "id", store_text(random_id()));
    remember(connection, "run", text_of(next));
    connection.execute("COMMIT");
    // Whatever the log holds from now on goes with what the database itself knows. Somebody who
    // reads the store may be in the way of that.
    connection.bring_log_in(std::chrono::milliseconds{0});
    next.is_new = !knows_all_of_log(connection);
    if (!next.is_new) remember(connection, "run", text_of(next));
    if (former) renew();
}

bool is_foreign_log(fs::path const& file) {
    RawPages with_log{file, log_of(file)};
    if (!with_log.has_log()) return false;
    auto const in_database = run_in(RawPages{file, {}});
    auto const in_log = run_in(std::move(with_log));
    if (!in_log) return in_database.has_value();
    auto const known = in_database.value_or(Run{}).current;
    bool const goes_on = in_log->is_new && in_log->former == known;
    return in_log->current != known && !goes_on;
}

}  // namespace settings::store
