#include "store/unreadable_keys.h"

namespace settings::store {

UnreadableKeys::UnreadableKeys(Connection& connection)
    : known_{connection, "SELECT key, why FROM unreadable"},
      forget_{connection, "DELETE FROM unreadable WHERE key = ?"},
      note_{connection,
            "INSERT INTO unreadable (key, why) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET why = "
            "excluded.why"} {}

Unreadable UnreadableKeys::known() {
    Unreadable keys;
    for (auto rows = known_.query(); rows.next();) keys.emplace(rows.text(0), rows.text(1));
    return keys;
}

Unreadable UnreadableKeys::exchange(Unreadable const& now) {
    auto const before = known();
    for (auto const& [key, why] : before)
        if (!now.contains(key)) forget_.run(key);
    Unreadable fresh;
    for (auto const& [key, why] : now) {
        note_.run(key, why);
        if (!before.contains(key)) fresh.emplace(key, why);
    }
    return fresh;
}

}  // namespace settings::store
