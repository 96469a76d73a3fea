#include "store/rebuild.h"

#include <map>
#include <set>
#include <string>

#include "model/change_set.h"
#include "model/json.h"
#include "model/revision.h"
#include "store/stale.h"
#include "store/stored_json.h"

namespace settings::store {
namespace {

std::set<std::string> keys_of(Connection& connection) {
    std::set<std::string> keys;
    Statement all{connection, "SELECT key FROM setting"};
    for (auto rows = all.query(); rows.next();) keys.emplace(rows.text(0));
    return keys;
}

/// The settings that the entries of a history lead to, but for those of `known`.
class Replay {
  public:
    explicit Replay(std::set<std::string> known) : known_{std::move(known)} {}

    void add(Revision revision, ChangeSet const& changes) {
        for (auto const& change : changes) {
            auto const& key = change.path.front();
            if (known_.contains(key)) continue;
            // Of a part of a value nothing is known until the whole of it was written once.
            bool const is_whole = change.path.size() == 1;
            if (!is_whole && !document_.contains(key)) continue;
            apply_changes(document_, {change});
            revisions_[key] = revision;
        }
    }

    /// Returns the keys.
    [[nodiscard]] std::set<std::string> write_to(Connection& connection) const {
        Statement insert{connection, "INSERT INTO setting (key, local, revision) VALUES (?, ?, ?)"};
        std::set<std::string> keys;
        for (auto const& [key, value] : document_.items()) {
            insert.run(key, to_text(value), revisions_.at(key));
            keys.insert(key);
        }
        return keys;
    }

  private:
    std::set<std::string> known_;
    Json document_ = Json::object();
    std::map<std::string, Revision> revisions_;
};

}  // namespace

std::size_t rebuild_from_history(Connection& salvaged) {
    Replay replay{keys_of(salvaged)};
    Statement entries{salvaged, "SELECT revision, changes FROM journal ORDER BY revision"};
    for (auto rows = entries.query(); rows.next();)
        replay.add(rows.integer(0), changes_from_stored(rows.text(1)));
    auto const keys = replay.write_to(salvaged);
    if (!keys.empty()) Stale::note(salvaged, {.keys = keys});
    return keys.size();
}

}  // namespace settings::store
