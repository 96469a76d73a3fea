#include "store/journal.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "store/stored_json.h"

namespace settings::store {
namespace {

JournalEntry read_entry(Rows const& row) {
    return {row.integer(0), row.integer(1), std::string{row.text(2)}, std::string{row.text(3)},
            changes_from(parse_stored(row.text(4)))};
}

std::vector<JournalEntry> read_entries(Rows& rows, Stretch stretch) {
    std::vector<JournalEntry> entries;
    std::size_t bytes = 0;
    while (bytes < stretch.bytes && rows.next()) {
        bytes += rows.text(4).size();
        entries.push_back(read_entry(rows));
    }
    return entries;
}

/// Who an app is, whichever of its processes it was.
Json program_of(std::string const& app) {
    auto program = Json::parse(app, nullptr, /*allow_exceptions=*/false);
    if (!program.is_object()) return app;
    program.erase("pid");
    return program;
}

}  // namespace

Journal::Journal(Connection& connection)
    : oldest_{connection, "SELECT coalesce(min(revision), 0) FROM journal"},
      find_{connection,
            "SELECT revision, at, origin, app, changes FROM journal WHERE revision = ?"},
      after_{connection,
             "SELECT revision, at, origin, app, changes FROM journal WHERE revision > ? AND "
             "revision <= ? ORDER BY revision LIMIT ?"},
      up_to_{connection,
             "SELECT revision, at, origin, app, changes FROM journal WHERE revision <= ? ORDER BY "
             "revision DESC LIMIT ?"},
      times_{connection, "SELECT revision, at FROM journal ORDER BY revision DESC"},
      links_down_{connection,
                  "SELECT revision, at, origin, app FROM journal WHERE revision < ? ORDER BY "
                  "revision DESC"},
      links_up_{connection,
                "SELECT revision, at, origin, app FROM journal WHERE revision > ? ORDER BY "
                "revision"} {}

Revision Journal::oldest() {
    auto rows = oldest_.query();
    rows.next();
    return rows.integer(0);
}

std::optional<JournalEntry> Journal::find(Revision revision) {
    auto rows = find_.query(revision);
    if (!rows.next()) return std::nullopt;
    return read_entry(rows);
}

std::vector<JournalEntry> Journal::after(Revision cursor, Revision last, Stretch stretch) {
    auto rows = after_.query(cursor, last, static_cast<std::int64_t>(stretch.entries));
    return read_entries(rows, stretch);
}

std::vector<JournalEntry> Journal::up_to(Revision last, Stretch stretch) {
    auto rows = up_to_.query(last, static_cast<std::int64_t>(stretch.entries));
    return read_entries(rows, stretch);
}

Journal::Since Journal::since(std::int64_t at) {
    Since since;
    Revision oldest = 1;
    for (auto rows = times_.query(); rows.next();) {
        oldest = rows.integer(0);
        since.reached = rows.integer(1) < at;
        if (since.reached) return since;
        since.revisions.push_back(oldest);
    }
    since.reached = oldest <= 1;
    return since;
}

std::vector<Revision> Journal::burst(Revision revision, std::int64_t gap) {
    auto const middle = find(revision);
    if (!middle) return {};
    Link const link{middle->revision, middle->at, middle->origin, middle->app};
    auto revisions = follow(links_up_, link, gap);
    std::reverse(revisions.begin(), revisions.end());
    revisions.push_back(revision);
    auto const older = follow(links_down_, link, gap);
    revisions.insert(revisions.end(), older.begin(), older.end());
    return revisions;
}

/// The revisions of the same app on one side, from the nearest on. Other apps' stand between them.
std::vector<Revision> Journal::follow(Statement& neighbours, Link last, std::int64_t gap) {
    std::vector<Revision> revisions;
    auto const program = program_of(last.app);
    for (auto rows = neighbours.query(last.revision); rows.next();) {
        if (std::abs(rows.integer(1) - last.at) > gap) break;
        if (rows.text(2) != last.origin || program_of(std::string{rows.text(3)}) != program)
            continue;
        last.at = rows.integer(1);
        revisions.push_back(rows.integer(0));
    }
    return revisions;
}

}  // namespace settings::store
