#include "store/held.h"

namespace settings::store {

Held::Held(Connection& connection)
    : values_{connection, "SELECT key, theirs, lost FROM held WHERE is_touched ORDER BY key"},
      has_{connection, "SELECT EXISTS (SELECT 1 FROM held WHERE key = ? AND is_touched)"},
      add_{connection, "INSERT INTO held (key, is_touched, theirs, lost) VALUES (?, 1, ?, ?)"},
      remove_{connection, "DELETE FROM held WHERE key = ?"},
      forget_values_{connection, "DELETE FROM held"},
      begin_{connection,
             "INSERT INTO memory VALUES ('held', ?) ON CONFLICT (name) DO UPDATE SET value = "
             "excluded.value WHERE CAST(value AS INTEGER) <= 0"},
      decided_in_part_{connection, "INSERT OR IGNORE INTO memory VALUES ('held_in_part', 'yes')"},
      end_{connection, "DELETE FROM memory WHERE name IN ('held', 'held_in_part')"},
      known_{connection,
             "SELECT CAST(value AS INTEGER) AS known FROM memory WHERE name = 'held' AND known > "
             "0"},
      is_decided_in_part_{connection,
                          "SELECT EXISTS (SELECT 1 FROM memory WHERE name = 'held_in_part')"} {}

std::vector<Held::Value> Held::values() {
    std::vector<Value> values;
    for (auto rows = values_.query(); rows.next();)
        values.push_back({std::string{rows.text(0)}, rows.shared_text(1),
                          static_cast<std::size_t>(rows.integer(2))});
    return values;
}

bool Held::has(std::string const& key) { return has_.query(key).one().integer(0) != 0; }

void Held::add(Value const& value) {
    add_.run(value.key, value.theirs, static_cast<std::int64_t>(value.lost));
}

void Held::remove(std::string const& key) { remove_.run(key); }

void Held::forget_values() { forget_values_.run(); }

void Held::begin(std::size_t known) { begin_.run(std::to_string(known)); }

void Held::decided_in_part() { decided_in_part_.run(); }

void Held::end() { end_.run(); }

std::optional<std::size_t> Held::known() {
    auto rows = known_.query();
    if (!rows.next()) return std::nullopt;
    return static_cast<std::size_t>(rows.integer(0));
}

bool Held::is_decided_in_part() { return is_decided_in_part_.query().one().integer(0) != 0; }

}  // namespace settings::store
