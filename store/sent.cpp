#include "store/sent.h"

#include <algorithm>
#include <chrono>

#include "model/change_set.h"
#include "store/stored_json.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;
using State = SentValue::State;

/// A look sooner than this after a request proves nothing: a request that is still under way, ours
/// or another device's, may be carried out after it.
constexpr Time proof_after = 60s;

/// What was accepted is to be seen soon: until then nobody can tell that a server does not keep it
/// from another device that put back what was there before.
constexpr Time seen_after = 5s;

/// No proxy keeps a request for longer.
constexpr Time lost_for_good_after = 2h;

/// No proxy repeats a request that was answered longer ago.
constexpr Time repeated_within = 2min;

constexpr std::int64_t values_per_key = 16;

// What the column `looked` holds.
constexpr std::int64_t looked_late = 1;   ///< a look came late enough to judge it
constexpr std::int64_t seen_there = 2;    ///< a look has shown it
constexpr std::int64_t proven_there = 4;  ///< a look that came late enough has shown it
constexpr std::int64_t looked_once = 8;   ///< of what was accepted: a look came
constexpr std::int64_t lagging = 16;      ///< the last look showed what was there before

/// SQL for one of these.
std::string has_fact(std::int64_t fact) { return "(looked & " + std::to_string(fact) + ") <> 0"; }

/// SQL for a condition and for an assignment.
std::string state_is(State state) { return "state = '" + std::string{name_of(state)} + "'"; }

/// SQL for SentValue::was_accepted().
std::string was_accepted() {
    return "state IN ('" + std::string{name_of(State::accepted)} + "', '" +
           std::string{name_of(State::superseded)} + "')";
}

/// SQL for a value of key ?1 that the server accepted and that no look has shown.
std::string is_unseen() {
    return "key = ?1 AND " + was_accepted() + " AND NOT " + has_fact(seen_there);
}

/// SQL for a value that was refused, and is flying once more.
std::string is_sent_anew() {
    return "answered AND " + state_is(State::flying) +
           " AND EXISTS (SELECT 1 FROM sent AS newer WHERE newer.key = sent.key AND newer.value IS "
           "sent.value AND NOT newer.answered AND newer." +
           state_is(State::flying) + ")";
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

void forget_requests_of_lost_settings(Connection& connection) {
    connection.execute(
        "DELETE FROM sent WHERE key NOT IN (SELECT key FROM setting) AND key IN "
        "(SELECT key FROM (SELECT key, value, max(id) FROM sent WHERE state IN ('accepted', "
        "'superseded') GROUP BY key) WHERE value IS NOT NULL)");
}

Sent::Sent(Connection& connection)
    : of_{connection,
          "SELECT state, before, value, at, again, looked, id FROM sent WHERE key = ? ORDER BY id"},
      take_off_{connection},
      accepted_{connection},
      failed_{connection},
      arrived_{connection},
      rewrite_{connection, "UPDATE sent SET before = ?, value = ? WHERE id = ?"},
      send_once_more_{connection, "UPDATE sent SET again = 1 WHERE key = ? AND " + was_accepted()},
      looked_{connection},
      lags_behind_{connection, "UPDATE sent SET looked = looked | " + std::to_string(lagging) +
                                   " WHERE key = ? AND " + was_accepted()},
      // A plain value that was seen stays: only a whole object can be trodden on. What was sent
      // once more is looked at right away, before another device overwrites it that does the same.
      look_at_{connection, "SELECT min(due) FROM (SELECT at + iif(again, 0, " +
                               std::to_string(seen_after.count()) + ") AS due FROM sent WHERE " +
                               state_is(State::accepted) + " AND NOT " + has_fact(looked_once) +
                               " UNION ALL SELECT at + " +
                               std::to_string(Time{proof_after}.count()) + " FROM sent WHERE NOT " +
                               has_fact(looked_late) + " AND (" + state_is(State::lost) + " OR " +
                               state_is(State::superseded) + " OR (" + state_is(State::accepted) +
                               " AND '{' IN (substr(value, 1, 1), substr(before, 1, 1)))))"} {}

std::string Sent::keys_not_kept() {
    return "SELECT key FROM sent WHERE again AND NOT " + has_fact(seen_there);
}

std::string Sent::keys_lagging() { return "SELECT key FROM sent WHERE " + has_fact(lagging); }

std::vector<SentValue> Sent::of(std::string const& key) {
    std::vector<SentValue> values;
    for (auto rows = of_.query(key); rows.next();)
        values.push_back({state_named(rows.text(0)), parse_stored(rows.optional_text(1)),
                          parse_stored(rows.optional_text(2)), Time{rows.integer(3)},
                          rows.integer(4) != 0, (rows.integer(5) & seen_there) != 0,
                          (rows.integer(5) & proven_there) != 0, (rows.integer(5) & lagging) != 0,
                          rows.integer(6)});
    return values;
}

Sent::TakeOff::TakeOff(Connection& connection)
    : insert{connection,
             "INSERT INTO sent (key, before, value, at, state, again) VALUES (?1, ?2, ?3, ?4, ?5, "
             "EXISTS (SELECT 1 FROM sent WHERE key = ?1 AND again AND value IS ?3 AND " +
                 was_accepted() + "))"},
      trim{connection,
           "DELETE FROM sent WHERE key = ?1 AND id <= (SELECT id FROM sent WHERE key = ?1 ORDER BY "
           "id DESC LIMIT 1 OFFSET ?2) AND id IS NOT (SELECT min(id) FROM sent WHERE " +
               is_unseen() + ")"} {}

void Sent::take_off(Pending const& pending, Time now) {
    take_off_.insert.run(pending.key, text_of(pending.mirror), text_of(pending.local),
                         std::int64_t{now.count()}, name_of(State::flying));
    take_off_.trim.run(pending.key, values_per_key);
}

Sent::Accepted::Accepted(Connection& connection)
    : drop_twins{connection, "DELETE FROM sent WHERE key = ? AND " + is_sent_anew()},
      supersede_answered{connection, "UPDATE sent SET " + state_is(State::superseded) +
                                         ", at = ?1 WHERE key = ?2 AND answered AND " +
                                         state_is(State::flying) + " AND at > ?3"},
      drop_answered{connection,
                    "DELETE FROM sent WHERE key = ? AND answered AND " + state_is(State::flying)},
      supersede{connection, "UPDATE sent SET " + state_is(State::superseded) +
                                ", at = ?1, looked = looked & " + std::to_string(seen_there) +
                                " WHERE key = ?2 AND " + state_is(State::accepted) +
                                " AND at > ?3"},
      accept{connection, "UPDATE sent SET " + state_is(State::accepted) +
                             ", at = ? WHERE key = ? AND " + state_is(State::flying)} {}

/// A server may have stored what it refused: a replica may show it, and a proxy repeat it, as what
/// was accepted.
void Sent::accepted(std::string const& key, Time now) {
    accepted_.drop_twins.run(key);
    accepted_.supersede_answered.run(std::int64_t{now.count()}, key,
                                     std::int64_t{(now - repeated_within).count()});
    accept(key, now);
}

void Sent::accept(std::string const& key, Time now) {
    accepted_.drop_answered.run(key);
    accepted_.supersede.run(std::int64_t{now.count()}, key,
                            std::int64_t{(now - repeated_within).count()});
    accepted_.accept.run(std::int64_t{now.count()}, key);
}

Sent::Failed::Failed(Connection& connection)
    : drop_twins{connection, "DELETE FROM sent WHERE " + is_sent_anew()},
      answered{connection, "UPDATE sent SET answered = 1 WHERE " + state_is(State::flying)},
      lose{connection, "UPDATE sent SET " + state_is(State::lost) +
                           ", at = ? WHERE key = ? AND NOT answered AND " +
                           state_is(State::flying)},
      drop{connection, "DELETE FROM sent WHERE NOT answered AND " + state_is(State::flying)} {}

void Sent::answered() {
    failed_.drop_twins.run();
    failed_.answered.run();
}

void Sent::lost(std::string const& key, Time now) {
    failed_.lose.run(std::int64_t{now.count()}, key);
}

void Sent::drop_flying() { failed_.drop.run(); }

Sent::Arrived::Arrived(Connection& connection)
    : is_flying{connection, "SELECT EXISTS (SELECT 1 FROM sent WHERE key = ? AND value IS ? AND " +
                                state_is(State::flying) + ")"},
      drop_lost{connection, "DELETE FROM sent WHERE key = ?1 AND value IS ?2 AND " +
                                state_is(State::lost) +
                                " AND NOT EXISTS (SELECT 1 FROM sent WHERE key = ?1 AND value IS "
                                "?2 AND " +
                                was_accepted() + ")"} {}

/// Where a flying value, or one that was accepted, explains what is seen, a lost one that equals it
/// may still come later.
void Sent::arrived(std::string const& key, SharedText const& theirs, Time now) {
    if (arrived_.is_flying.query(key, theirs).one().integer(0) != 0)
        accept(key, now);
    else
        arrived_.drop_lost.run(key, theirs);
}

void Sent::give_up(Touched const& taken) {
    auto const changes = changes_of(taken.key, taken.before, taken.after);
    for (auto& each : of(taken.key))
        if (each.was_accepted())
            rewrite_.run(text_of(changed(taken.key, std::move(each.before), changes)),
                         text_of(changed(taken.key, std::move(each.value), changes)), each.id);
}

void Sent::send_once_more(std::string const& key) { send_once_more_.run(key); }

Sent::Looked::Looked(Connection& connection)
    : unseen{connection, "SELECT DISTINCT key FROM sent WHERE " + was_accepted() + " AND NOT " +
                             has_fact(proven_there) +
                             " AND key NOT IN (SELECT key FROM left_alone)"},
      see{connection, "UPDATE sent SET looked = looked | " + std::to_string(seen_there) +
                          " | iif(at <= ?2, " + std::to_string(proven_there) +
                          ", 0) WHERE key = ?1 AND " + was_accepted()},
      drop_proven{connection, "DELETE FROM sent WHERE " + was_accepted() +
                                  " AND at <= ? AND NOT (again AND key IN (SELECT key FROM "
                                  "dirty)) AND key NOT IN (SELECT key FROM held)"},
      mark_looked{connection, "UPDATE sent SET looked = (looked & ~" + std::to_string(lagging) +
                                  ") | iif(at <= ?, " + std::to_string(looked_late) +
                                  ", 0) | iif(" + was_accepted() + ", " +
                                  std::to_string(looked_once) + ", 0) WHERE NOT " +
                                  state_is(State::flying)},
      drop_old{connection, "DELETE FROM sent WHERE " + state_is(State::lost) + " AND at < ?"},
      drop_answered{connection,
                    "DELETE FROM sent WHERE answered AND at <= ? AND " + state_is(State::flying)},
      lose{connection, "UPDATE sent SET " + state_is(State::lost) +
                           ", at = ? WHERE NOT answered AND " + state_is(State::flying)},
      drop_twins{connection, "DELETE FROM sent WHERE " + state_is(State::lost) +
                                 " AND id NOT IN (SELECT max(id) FROM sent WHERE " +
                                 state_is(State::lost) + " GROUP BY key, value)"} {}

void Sent::looked(Time now, std::set<std::string> const& unseen, Time lag) {
    auto const old_enough = std::int64_t{(now - proof_after).count()};
    std::vector<std::string> shown;
    for (auto rows = looked_.unseen.query(); rows.next();)
        if (!unseen.contains(std::string{rows.text(0)})) shown.emplace_back(rows.text(0));
    for (auto const& key : shown) looked_.see.run(key, old_enough);
    looked_.drop_proven.run(std::int64_t{(now - std::max<Time>(lag, proof_after)).count()});
    looked_.mark_looked.run(old_enough);
    looked_.drop_old.run(std::int64_t{(now - lost_for_good_after).count()});
    // A server may store what it refuses, and a replica shows it later.
    looked_.drop_answered.run(std::int64_t{(now - lag).count()});
    // Comes last: the time of what is lost now begins now.
    looked_.lose.run(std::int64_t{now.count()});
    looked_.drop_twins.run();
}

void Sent::missed(Time now) {
    looked_.lose.run(std::int64_t{now.count()});
    looked_.drop_twins.run();
}

void Sent::lags_behind(std::string const& key) { lags_behind_.run(key); }

std::optional<Time> Sent::look_at() {
    auto const at = look_at_.query().one().optional_integer(0);
    if (!at) return std::nullopt;
    return Time{*at};
}

}  // namespace settings::store
