#include "store/conflicts.h"

#include <string>

#include "store/stored_json.h"

namespace settings::store {
namespace {

constexpr std::int64_t kept_conflicts = 1'000;
constexpr std::int64_t kept_bytes = 8'388'608;  ///< of their values, but for the newest one's

}  // namespace

Conflicts::Conflicts(Connection& connection)
    : add_{connection,
           // Two looks, one soon after the other, may meet one disagreement.
           "INSERT INTO conflict (at, path, base, ours, theirs, kept) SELECT ?1, ?2, ?3, ?4, ?5, "
           "?6 WHERE NOT EXISTS (SELECT 1 FROM (SELECT * FROM conflict ORDER BY id DESC LIMIT 100) "
           "WHERE at > ?1 - 600000 AND path = ?2 AND base IS ?3 AND ours IS ?4 AND theirs IS ?5 "
           "AND kept = ?6)"},
      trim_{connection,
            "DELETE FROM conflict WHERE id <= (SELECT id FROM conflict ORDER BY id DESC LIMIT 1 "
            "OFFSET ?)"},
      trim_bytes_{connection,
                  "DELETE FROM conflict WHERE id < (SELECT min(id) FROM (SELECT id, "
                  "sum(coalesce(length(CAST(base AS BLOB)), 0) + coalesce(length(CAST(ours AS "
                  "BLOB)), 0) + coalesce(length(CAST(theirs AS BLOB)), 0)) OVER (ORDER BY id DESC) "
                  "AS bytes FROM conflict) WHERE bytes <= ?1 OR id = (SELECT max(id) FROM "
                  "conflict))"},
      find_{connection, std::string{select_conflict} + " WHERE id = ?"},
      remove_{connection, "DELETE FROM conflict WHERE id = ?"} {}

void Conflicts::add(std::vector<Conflict> const& conflicts, std::int64_t at) {
    for (auto const& conflict : conflicts)
        add_.run(at, to_text(Json(conflict.path)), text_of(conflict.base), text_of(conflict.ours),
                 text_of(conflict.theirs),
                 std::string_view{conflict.kept == Winner::local ? "ours" : "theirs"});
    trim_.run(kept_conflicts);
    trim_bytes_.run(kept_bytes);
}

std::optional<RecordedConflict> Conflicts::find(std::int64_t id) {
    auto rows = find_.query(id);
    if (!rows.next()) return std::nullopt;
    auto const found = read_stored_conflict(rows);
    return RecordedConflict{found.id,
                            found.at,
                            {found.path, parse_stored(found.base), parse_stored(found.ours),
                             parse_stored(found.theirs), found.kept}};
}

void Conflicts::remove(std::int64_t id) { remove_.run(id); }

StoredConflict read_stored_conflict(Rows const& row) {
    return {row.integer(0),
            row.integer(1),
            path_from_stored(row.text(2)),
            row.optional_text(3),
            row.optional_text(4),
            row.optional_text(5),
            row.text(6) == "ours" ? Winner::local : Winner::remote};
}

}  // namespace settings::store
