#include "store/reader.h"

#include "store/schema.h"
#include "store/stored_json.h"

namespace settings::store {
namespace {

Rejected read_rejected(Rows const& row) {
    return {std::string{row.text(0)},
            {static_cast<unsigned>(row.integer(1)), std::string{row.text(2)}},
            row.integer(3),
            static_cast<unsigned>(row.integer(4)),
            Time{row.integer(5)}};
}

}  // namespace

Reader::Reader(std::filesystem::path const& file)
    : connection_{open_for_reading(file)},
      journal_{connection_},
      memory_{connection_},
      document_{connection_, "SELECT key, local FROM setting WHERE local IS NOT NULL"},
      head_{connection_, "SELECT coalesce(max(revision), 0) FROM journal"},
      pending_{connection_,
               "SELECT count(*) FROM setting WHERE local IS NOT mirror AND key NOT IN (SELECT key "
               "FROM rejected)"},
      oldest_pending_{connection_,
                      "SELECT EXISTS (SELECT 1 FROM setting WHERE local IS NOT mirror AND "
                      "revision <= ? AND key NOT IN (SELECT key FROM rejected))"},
      rejected_{connection_,
                "SELECT key, status, message, at, refusals, retry_at FROM rejected WHERE ?1 IS "
                "NULL OR key = ?1 ORDER BY key"},
      conflicts_{connection_,
                 "SELECT id, at, path, base, ours, theirs, kept FROM conflict ORDER BY id DESC"},
      count_conflicts_{connection_, "SELECT count(*) FROM conflict"},
      standing_{
          connection_,
          "SELECT local, mirror, revision, at FROM setting LEFT JOIN journal USING (revision) "
          "WHERE key = ?"},
      in_flight_{connection_,
                 "SELECT EXISTS (SELECT 1 FROM sent WHERE key = ? AND state = 'flying')"},
      fate_{connection_,
            "SELECT revision, local IS NOT mirror, EXISTS (SELECT 1 FROM rejected WHERE "
            "rejected.key = setting.key) FROM setting WHERE key = ?"} {}

Commit Reader::document() {
    Commit commit;
    commit.whole = true;
    for (auto rows = document_.query(); rows.next();)
        commit.changes.push_back({std::string{rows.text(0)}, rows.optional_text(1)});
    commit.revision = head_.query().one().integer(0);
    return commit;
}

std::size_t Reader::pending() {
    return static_cast<std::size_t>(pending_.query().one().integer(0));
}

bool Reader::is_pending(Revision revision) {
    return oldest_pending_.query(revision).one().integer(0) != 0;
}

Reader::Fate Reader::fate_of(Unsynced const& unsynced) {
    auto row = fate_.query(unsynced.key);
    if (!row.next()) return Fate::synced;  // removed here and there
    if (row.integer(0) != unsynced.revision) return Fate::replaced;
    if (row.integer(1) == 0) return Fate::synced;
    return row.integer(2) == 0 ? Fate::unsynced : Fate::rejected;
}

std::vector<Rejected> Reader::rejected() {
    std::vector<Rejected> list;
    for (auto rows = rejected_.query(std::optional<std::string>{}); rows.next();)
        list.push_back(read_rejected(rows));
    return list;
}

std::vector<RecordedConflict> Reader::conflicts() {
    std::vector<RecordedConflict> list;
    for (auto rows = conflicts_.query(); rows.next();) list.push_back(read_conflict(rows));
    return list;
}

Standing Reader::standing(std::string const& key) {
    Standing standing;
    {
        auto rows = standing_.query(key);
        if (!rows.next()) return standing;
        standing.local = parse_stored(rows.optional_text(0));
        standing.mirror = parse_stored(rows.optional_text(1));
        standing.revision = rows.integer(2);
        standing.changed_at = rows.optional_integer(3);
    }
    if (auto rows = rejected_.query(key); rows.next()) standing.rejected = read_rejected(rows);
    standing.in_flight = in_flight_.query(key).one().integer(0) != 0;
    return standing;
}

std::size_t Reader::count_conflicts() {
    return static_cast<std::size_t>(count_conflicts_.query().one().integer(0));
}

}  // namespace settings::store
