#include "store/reader.h"

#include <algorithm>
#include <utility>

#include "store/bond.h"
#include "store/identity.h"
#include "store/schema.h"
#include "store/sent.h"
#include "store/sent_value.h"
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

Reader::Reader(std::filesystem::path const& file) : Reader{open_for_reading(file)} {}

Reader::Reader(Connection connection)
    : connection_{std::move(connection)},
      journal_{connection_},
      memory_{connection_, Memory::engine},
      organization_{connection_, Memory::organization},
      notices_{connection_},
      version_{connection_, "PRAGMA data_version"},
      document_{connection_, "SELECT key, local FROM setting WHERE local IS NOT NULL"},
      head_{connection_, "SELECT coalesce(max(revision), 0) FROM journal"},
      pending_{connection_, "SELECT number FROM pending_count"},
      pending_keys_{connection_,
                    "SELECT key FROM dirty WHERE key NOT IN (SELECT key FROM "
                    "rejected) ORDER BY revision LIMIT ?"},
      differing_{connection_, "SELECT key, mirror, local FROM dirty ORDER BY revision"},
      // A store of a version that kept no owner has a mirror at least.
      has_looked_{connection_,
                  "SELECT EXISTS (SELECT 1 FROM memory WHERE name = ? AND value <> ?) OR "
                  "EXISTS (SELECT 1 FROM setting WHERE mirror IS NOT NULL)"},
      oldest_pending_{connection_, "SELECT EXISTS (SELECT 1 FROM pending WHERE revision <= ?)"},
      rejected_{connection_,
                "SELECT key, status, message, at, refusals, retry_at FROM rejected WHERE ?1 IS "
                "NULL OR key = ?1 ORDER BY key"},
      unreadable_{connection_,
                  "SELECT key, why FROM unreadable WHERE ?1 IS NULL OR key = ?1 ORDER BY key"},
      unreadable_edited_{connection_,
                         "SELECT key FROM dirty JOIN unreadable USING (key) WHERE key NOT IN "
                         "(SELECT key FROM rejected) ORDER BY revision"},
      conflicts_{connection_, std::string{select_conflict} + " ORDER BY id DESC"},
      places_of_conflicts_{connection_, "SELECT id, path FROM conflict ORDER BY id DESC"},
      count_conflicts_{connection_, "SELECT count(*) FROM conflict"},
      standing_{
          connection_,
          "SELECT local, mirror, revision, at FROM setting LEFT JOIN journal USING (revision) "
          "WHERE key = ?"},
      last_key_{connection_, "SELECT key FROM setting WHERE key <= ? ORDER BY key DESC LIMIT 1"},
      is_sent_{connection_,
               "SELECT coalesce(max(value IS local), 0), coalesce(max(value IS NOT local), 0) FROM "
               "sent LEFT JOIN setting USING (key) WHERE key = ? AND state = ? AND NOT answered"},
      is_doubtful_{connection_, "SELECT EXISTS (SELECT 1 FROM doubtful WHERE key = ?)"},
      is_lagging_{connection_,
                  "SELECT EXISTS (SELECT 1 FROM (" + Sent::keys_lagging() + ") WHERE key = ?)"},
      fate_{connection_,
            "SELECT revision, EXISTS (SELECT 1 FROM dirty WHERE key = ?1), EXISTS (SELECT 1 FROM "
            "pending WHERE key = ?1) FROM setting WHERE key = ?1"} {}

std::int64_t Reader::version() { return version_.query().one().integer(0); }

Commit Reader::document() {
    Commit commit;
    commit.whole = true;
    commit.store = store_id(connection_);
    for (auto rows = document_.query(); rows.next();)
        commit.changes.push_back({std::string{rows.text(0)}, rows.shared_text(1)});
    commit.revision = head_.query().one().integer(0);
    return commit;
}

std::size_t Reader::pending() {
    return static_cast<std::size_t>(pending_.query().one().integer(0));
}

std::vector<std::string> Reader::pending_keys(std::size_t most) {
    std::vector<std::string> keys;
    for (auto rows = pending_keys_.query(static_cast<std::int64_t>(most)); rows.next();)
        keys.emplace_back(rows.text(0));
    return keys;
}

std::vector<Differing> Reader::differing() {
    std::vector<Differing> found;
    for (auto rows = differing_.query(); rows.next();)
        found.push_back({std::string{rows.text(0)}, rows.optional_text(1), rows.optional_text(2)});
    std::ranges::sort(found, {}, &Differing::key);
    return found;
}

bool Reader::has_looked() {
    return has_looked_.query(Memory::owner, Bond::nobody_yet).one().integer(0) != 0;
}

bool Reader::is_pending(Revision revision) {
    return oldest_pending_.query(revision).one().integer(0) != 0;
}

Reader::Fate Reader::fate_of(Unsynced const& unsynced) {
    bool const is_doubtful = is_doubtful_.query(unsynced.key).one().integer(0) != 0;
    auto const settled = is_doubtful ? Fate::unsynced : Fate::synced;
    auto row = fate_.query(unsynced.key);
    if (!row.next()) return settled;  // the key is gone, here and at the server
    if (row.integer(0) != unsynced.revision) return Fate::replaced;
    bool const is_dirty = row.integer(1) != 0;
    bool const is_pending = row.integer(2) != 0;
    if (!is_dirty) return settled;
    return is_pending ? Fate::unsynced : Fate::rejected;
}

std::vector<Rejected> Reader::rejected() {
    std::vector<Rejected> list;
    for (auto rows = rejected_.query(std::optional<std::string>{}); rows.next();)
        list.push_back(read_rejected(rows));
    return list;
}

Unreadable Reader::unreadable() {
    Unreadable found;
    for (auto rows = unreadable_.query(std::optional<std::string>{}); rows.next();)
        found.emplace(rows.text(0), rows.text(1));
    return found;
}

std::vector<std::string> Reader::unreadable_edited() {
    std::vector<std::string> keys;
    for (auto rows = unreadable_edited_.query(); rows.next();) keys.emplace_back(rows.text(0));
    return keys;
}

std::vector<StoredConflict> Reader::conflicts() {
    std::vector<StoredConflict> list;
    for (auto rows = conflicts_.query(); rows.next();) list.push_back(read_stored_conflict(rows));
    return list;
}

std::vector<PlaceOfConflict> Reader::places_of_conflicts() {
    std::vector<PlaceOfConflict> list;
    for (auto rows = places_of_conflicts_.query(); rows.next();)
        list.push_back({rows.integer(0), path_from_stored(rows.text(1))});
    return list;
}

Standing Reader::standing(std::string const& key) {
    Standing standing;
    standing.doubtful = is_doubtful_.query(key).one().integer(0) != 0;
    standing.lagging = is_lagging_.query(key).one().integer(0) != 0;
    {
        auto found = is_sent_.query(key, name_of(SentValue::State::flying));
        auto const& row = found.one();
        standing.in_flight = row.integer(0) != 0;
        standing.older_in_flight = row.integer(1) != 0;
    }
    if (auto rows = unreadable_.query(key); rows.next())
        standing.unreadable = std::string{rows.text(1)};
    {
        auto rows = standing_.query(key);
        if (!rows.next()) return standing;
        standing.local = rows.optional_text(0);
        standing.mirror = rows.optional_text(1);
        standing.revision = rows.integer(2);
        standing.changed_at = rows.optional_integer(3);
    }
    if (auto rows = rejected_.query(key); rows.next()) standing.rejected = read_rejected(rows);
    return standing;
}

std::optional<std::string> Reader::last_key_up_to(std::string_view bound) {
    auto rows = last_key_.query(bound);
    if (!rows.next()) return std::nullopt;
    return std::string{rows.text(0)};
}

std::size_t Reader::count_conflicts() {
    return static_cast<std::size_t>(count_conflicts_.query().one().integer(0));
}

}  // namespace settings::store
