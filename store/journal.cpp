#include "store/journal.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <set>
#include <utility>

#include "store/stored_json.h"
#include "store/undid.h"

namespace settings::store {
namespace {

constexpr std::size_t longest_burst = 1'000;  ///< revisions, on either side

JournalEntry read_entry(Rows const& row) {
    return {row.integer(0), row.integer(1), origin_named(row.text(2)), std::string{row.text(3)},
            std::string{row.text(4)}};
}

std::vector<JournalEntry> read_entries(Rows& rows, Stretch stretch) {
    std::vector<JournalEntry> entries;
    std::size_t bytes = 0;
    while (bytes < stretch.bytes && rows.next()) {
        entries.push_back(read_entry(rows));
        bytes += entries.back().changes.size();
    }
    return entries;
}

/// The beginning of each stored change that can concern a path, wherever a dotted one is cut into
/// names; nothing where any change can.
std::string beginning_of(std::string const& path) {
    if (path.empty() || names_of_pointer(path)) return {};
    auto name = to_text(path.substr(0, path.find('.')));
    name.pop_back();  // the quote: the name may go on behind the dot
    return R"("path":[)" + name;
}

/// An app without the number of its process: two processes of one program are the same app.
Json program_of(std::string const& app) {
    auto program = Json::parse(app, nullptr, /*allow_exceptions=*/false);
    if (!program.is_object()) return app;
    program.erase("pid");
    program.erase(undid_member);
    return program;
}

/// Notes what an entry has taken back. An undo that was taken back itself has taken nothing back.
void note_undone(Rows const& entry, std::set<Revision>& undone) {
    if (entry.text(2) != name_of(Origin::undo) || undone.contains(entry.integer(0))) return;
    for (auto const revision : undid_in(entry.text(3))) undone.insert(revision);
}

}  // namespace

ChangeSet JournalEntry::read_changes() const { return changes_from_stored(changes); }

std::size_t bytes_of(std::vector<JournalEntry> const& entries) {
    std::size_t bytes = 0;
    for (auto const& entry : entries) bytes += entry.changes.size();
    return bytes;
}

Journal::Journal(Connection& connection)
    : oldest_{connection, "SELECT coalesce(min(revision), 0) FROM journal"},
      find_{connection,
            "SELECT revision, at, origin, app, changes FROM journal WHERE revision = ?"},
      after_{connection,
             "SELECT revision, at, origin, app, changes FROM journal WHERE revision > ? AND "
             "revision <= ? AND (?3 = '' OR instr(changes, ?3) > 0) ORDER BY revision LIMIT ?4"},
      before_{connection,
              "SELECT revision, at, origin, app, changes FROM journal WHERE revision > ? AND "
              "revision <= ? AND (?3 = '' OR instr(changes, ?3) > 0) ORDER BY revision DESC LIMIT "
              "?4"},
      times_{connection, "SELECT revision, at FROM journal ORDER BY revision DESC"},
      links_down_{connection,
                  "SELECT revision, at, origin, app FROM journal WHERE revision < ? ORDER BY "
                  "revision DESC"},
      links_up_{connection,
                "SELECT revision, at, origin, app FROM journal WHERE revision > ? ORDER BY "
                "revision"} {}

Revision Journal::oldest() { return oldest_.query().one().integer(0); }

std::optional<JournalEntry> Journal::find(Revision revision) {
    auto rows = find_.query(revision);
    if (!rows.next()) return std::nullopt;
    return read_entry(rows);
}

std::vector<JournalEntry> Journal::after(Revision cursor, Revision last, Stretch stretch,
                                         std::string const& path) {
    auto rows =
        after_.query(cursor, last, beginning_of(path), static_cast<std::int64_t>(stretch.entries));
    return read_entries(rows, stretch);
}

std::vector<JournalEntry> Journal::before(Revision cursor, Revision last, Stretch stretch,
                                          std::string const& path) {
    auto rows =
        before_.query(cursor, last, beginning_of(path), static_cast<std::int64_t>(stretch.entries));
    return read_entries(rows, stretch);
}

Journal::Since Journal::since(std::int64_t at, std::size_t most) {
    Since since;
    Revision oldest = 1;
    for (auto rows = times_.query(); rows.next();) {
        oldest = rows.integer(0);
        since.reached = rows.integer(1) < at || since.revisions.size() > most;
        if (since.reached) return since;
        since.revisions.push_back(oldest);
    }
    since.reached = oldest <= 1;
    return since;
}

std::optional<Revision> Journal::newest_standing(std::size_t most) {
    std::set<Revision> undone;
    for (auto rows = links_down_.query(std::numeric_limits<Revision>::max());
         most > 0 && rows.next(); --most) {
        bool const is_of_app = rows.text(2) == name_of(Origin::app);
        if (is_of_app && !undone.contains(rows.integer(0))) return rows.integer(0);
        note_undone(rows, undone);
    }
    return std::nullopt;
}

std::vector<Revision> Journal::standing(std::vector<Revision> revisions, std::size_t most) {
    std::set<Revision> undone;
    for (auto rows = links_down_.query(std::numeric_limits<Revision>::max());
         most > 0 && rows.next() && rows.integer(0) > revisions.back(); --most)
        note_undone(rows, undone);
    std::erase_if(revisions, [&](Revision each) { return undone.contains(each); });
    return revisions;
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

/// The revisions by the app of `last` on one side of it, nearest first. Those of other apps, which
/// may stand between them, are left out.
std::vector<Revision> Journal::follow(Statement& neighbours, Link last, std::int64_t gap) {
    std::vector<Revision> revisions;
    auto const program = program_of(last.app);
    for (auto rows = neighbours.query(last.revision); rows.next();) {
        if (std::abs(rows.integer(1) - last.at) > gap || revisions.size() == longest_burst) break;
        if (rows.text(2) != name_of(last.origin) ||
            program_of(std::string{rows.text(3)}) != program)
            continue;
        last.at = rows.integer(1);
        revisions.push_back(rows.integer(0));
    }
    return revisions;
}

}  // namespace settings::store
