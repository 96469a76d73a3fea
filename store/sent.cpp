#include "store/sent.h"

#include <chrono>

#include "store/stored_json.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;

/// A look earlier than this proves nothing: a request that is under way elsewhere, ours or another
/// device's, may still be carried out.
constexpr Time proof_after = 60s;

/// No proxy keeps a request for longer.
constexpr Time lost_for_good_after = 2h;

/// Nor repeats one that was answered later than this.
constexpr Time repeated_within = 2min;

constexpr std::int64_t values_per_key = 8;

SentValue::State state_named(std::string_view name) {
    if (name == "flying") return SentValue::State::flying;
    if (name == "lost") return SentValue::State::lost;
    return name == "accepted" ? SentValue::State::accepted : SentValue::State::superseded;
}

bool was_accepted(SentValue::State state) {
    return state == SentValue::State::accepted || state == SentValue::State::superseded;
}

/// The value under `key` after the changes, whose paths begin with that key.
std::optional<Json> changed(std::string const& key, std::optional<Json> value,
                            ChangeSet const& changes) {
    Json document = Json::object();
    if (value) document[key] = std::move(*value);
    apply_changes(document, changes);
    return copy_of(member(&document, key));
}

}  // namespace

Sent::Sent(Connection& connection)
    : of_{connection,
          "SELECT state, before, value, at, again, id FROM sent WHERE key = ? ORDER BY id"},
      take_off_{connection,
                "INSERT INTO sent (key, before, value, at, state, again) VALUES (?1, ?2, ?3, ?4, "
                "'flying', EXISTS (SELECT 1 FROM sent WHERE key = ?1 AND again AND "
                "state IN ('accepted', 'superseded') AND value IS ?3))"},
      trim_{connection,
            "DELETE FROM sent WHERE key = ?1 AND id <= (SELECT id FROM sent WHERE key = ?1 ORDER "
            "BY id DESC LIMIT 1 OFFSET ?2)"},
      supersede_{connection,
                 "UPDATE sent SET state = 'superseded', at = ?1, looked = 0 WHERE key = ?2 AND "
                 "state = 'accepted' AND at > ?3"},
      accepted_{connection,
                "UPDATE sent SET state = 'accepted', at = ? WHERE key = ? AND state = 'flying'"},
      refused_{connection, "DELETE FROM sent WHERE key = ? AND state = 'flying'"},
      all_refused_{connection, "DELETE FROM sent WHERE state = 'flying'"},
      is_flying_{connection,
                 "SELECT EXISTS (SELECT 1 FROM sent WHERE key = ? AND state = 'flying' AND value "
                 "IS ?)"},
      late_arrived_{connection, "DELETE FROM sent WHERE key = ? AND state = 'lost' AND value IS ?"},
      rewrite_{connection, "UPDATE sent SET before = ?, value = ? WHERE id = ?"},
      defended_{connection,
                "UPDATE sent SET again = 1 WHERE key = ? AND state IN ('accepted', "
                "'superseded')"},
      lose_{connection, "UPDATE sent SET state = 'lost', at = ? WHERE state = 'flying'"},
      drop_lost_twins_{connection,
                       "DELETE FROM sent WHERE state = 'lost' AND id NOT IN (SELECT max(id) FROM "
                       "sent WHERE state = 'lost' GROUP BY key, value)"},
      drop_old_lost_{connection, "DELETE FROM sent WHERE state = 'lost' AND at < ?"},
      drop_proven_{connection,
                   "DELETE FROM sent WHERE state IN ('accepted', 'superseded') AND at <= ? AND NOT "
                   "(again AND key "
                   "IN (SELECT key FROM setting WHERE local IS NOT mirror))"},
      mark_looked_{connection, "UPDATE sent SET looked = 1 WHERE at <= ? AND state <> 'flying'"},
      // Only a whole object can tread on what another device changed beside our leaf.
      look_at_{connection,
               "SELECT min(at) FROM sent WHERE NOT looked AND (state IN ('lost', "
               "'superseded') OR (state = 'accepted' AND '{' IN (substr(value, 1, 1), "
               "substr(before, 1, 1))))"} {}

std::vector<SentValue> Sent::of(std::string const& key) {
    std::vector<SentValue> values;
    for (auto rows = of_.query(key); rows.next();)
        values.push_back({state_named(rows.text(0)), parse_stored(rows.optional_text(1)),
                          parse_stored(rows.optional_text(2)), Time{rows.integer(3)},
                          rows.integer(4) != 0});
    return values;
}

void Sent::take_off(Pending const& pending, Time now) {
    take_off_.run(pending.key, text_of(pending.mirror), text_of(pending.local),
                  std::int64_t{now.count()});
    trim_.run(pending.key, values_per_key);
}

void Sent::accepted(std::string const& key, Time now) {
    supersede_.run(std::int64_t{now.count()}, key, std::int64_t{(now - repeated_within).count()});
    accepted_.run(std::int64_t{now.count()}, key);
}

void Sent::refused(std::string const& key) { refused_.run(key); }

void Sent::refused() { all_refused_.run(); }

/// What is on its way explains what is seen; a lost one of the same value may still come then.
void Sent::arrived(std::string const& key, std::optional<Json> const& theirs, Time now) {
    auto const value = text_of(theirs);
    if (is_flying_.query(key, value).one().integer(0) != 0)
        accepted(key, now);
    else
        late_arrived_.run(key, value);
}

void Sent::give_up(Touched const& taken) {
    ChangeSet changes;
    Path path{taken.key};
    diff_into(changes, path, pointer_to(taken.before), pointer_to(taken.after));
    struct Row {
        std::int64_t id;
        std::optional<Json> before, value;
    };
    std::vector<Row> rows;
    for (auto found = of_.query(taken.key); found.next();) {
        if (!was_accepted(state_named(found.text(0)))) continue;
        rows.push_back({found.integer(5), parse_stored(found.optional_text(1)),
                        parse_stored(found.optional_text(2))});
    }
    for (auto& [id, before, value] : rows)
        rewrite_.run(text_of(changed(taken.key, std::move(before), changes)),
                     text_of(changed(taken.key, std::move(value), changes)), id);
}

void Sent::defended(std::string const& key) { defended_.run(key); }

void Sent::looked(Time now) {
    auto const old_enough = std::int64_t{(now - proof_after).count()};
    drop_proven_.run(old_enough);
    mark_looked_.run(old_enough);
    drop_old_lost_.run(std::int64_t{(now - lost_for_good_after).count()});
    // Last: their time begins now.
    lose_.run(std::int64_t{now.count()});
    drop_lost_twins_.run();
}

std::optional<Time> Sent::look_at() {
    auto const at = look_at_.query().one().optional_integer(0);
    if (!at) return std::nullopt;
    return Time{*at} + proof_after;
}

}  // namespace settings::store
