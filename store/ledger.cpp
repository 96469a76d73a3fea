#include "store/ledger.h"

#include <sqlite3.h>

#include <algorithm>
#include <set>

namespace settings::store {
namespace {

/// Prunes once in this many revisions, at most twice as many rows: a little with each edit in
/// the mean, and never a long pause.
constexpr Revision prune_every = 256;

/// Our own text is canonical JSON; only a damaged file can fail here.
Json parse_stored(std::string_view text) {
    auto parsed = parse_json(text);
    if (!parsed) throw SqliteError{SQLITE_CORRUPT, "a stored value is not JSON"};
    return std::move(*parsed);
}

std::optional<Json> parse_stored(std::optional<std::string> const& text) {
    if (!text) return std::nullopt;
    return parse_stored(std::string_view{*text});
}

std::optional<std::string> text_of(std::optional<Json> const& value) {
    if (!value) return std::nullopt;
    return to_text(*value);
}

}  // namespace

Ledger::Ledger(Connection& connection, WallClock clock, Retention retention)
    : clock_{std::move(clock)},
      retention_{retention},
      head_in_journal_{connection, "SELECT coalesce(max(revision), 0) FROM journal"},
      load_{connection, "SELECT local, mirror FROM setting WHERE key = ?"},
      load_all_{connection, "SELECT key, local, mirror FROM setting"},
      keys_{connection, "SELECT key FROM setting WHERE local IS NOT NULL"},
      write_local_{connection,
                   "INSERT INTO setting (key, local, revision) VALUES (?1, ?2, ?3) ON CONFLICT "
                   "(key) DO UPDATE SET local = excluded.local, revision = excluded.revision"},
      write_mirror_{connection,
                    "INSERT INTO setting (key, mirror, revision) VALUES (?1, ?2, ?3) ON CONFLICT "
                    "(key) DO UPDATE SET mirror = excluded.mirror"},
      drop_absent_{connection,
                   "DELETE FROM setting WHERE key = ? AND local IS NULL AND mirror IS NULL"},
      append_journal_{connection, "INSERT INTO journal VALUES (?, ?, ?, ?, ?)"},
      prune_{connection,
             "DELETE FROM journal WHERE revision IN (SELECT revision FROM journal WHERE revision "
             "<= ?1 AND revision < (SELECT coalesce(min(revision), ?1 + 1) FROM setting WHERE "
             "local IS NOT mirror) ORDER BY revision LIMIT ?2)"},
      pending_{connection,
               "SELECT key, local, mirror FROM setting WHERE local IS NOT mirror AND key NOT IN "
               "(SELECT key FROM rejected) ORDER BY revision LIMIT ?"},
      count_pending_{connection,
                     "SELECT count(*) FROM setting WHERE local IS NOT mirror AND key NOT IN "
                     "(SELECT key FROM rejected)"},
      mark_in_flight_{connection, "INSERT OR REPLACE INTO in_flight VALUES (?, ?)"},
      in_flight_{connection, "SELECT key, value FROM in_flight"},
      clear_in_flight_{connection, "DELETE FROM in_flight"},
      reject_{connection, "INSERT OR REPLACE INTO rejected VALUES (?, ?, ?, ?)"},
      unreject_{connection, "DELETE FROM rejected WHERE key = ?"},
      unreject_settled_{connection,
                        "DELETE FROM rejected WHERE key NOT IN (SELECT key FROM setting WHERE "
                        "local IS NOT mirror)"} {
    reload();
}

Result<Revision> Ledger::apply(Edit const& edit, std::string const& app,
                               std::optional<Revision> only_if) {
    if (only_if && *only_if != head_)
        return Error{Errc::stale, "the settings moved on to revision " + std::to_string(head_) +
                                      "; read them again and decide anew"};
    auto const touched = std::visit([this](auto const& kind) { return touched_by(kind); }, edit);
    commit_local(touched, Origin::app, app);
    return head_;
}

Reconciled Ledger::reconcile(Json const& remote) {
    auto const sent = in_flight();
    Reconciled outcome;
    std::vector<Touched> touched;
    for (auto& [key, row] : rows_that_differ_from(remote)) {
        auto const theirs = copy_of(member(&remote, key));
        // What we sent and lost the answer of is our own value, not another device's edit.
        auto const ours = sent.find(key);
        auto const base =
            ours == sent.end() ? row.mirror : common_base(row.mirror, ours->second, theirs);
        auto merged = merge(base, row.local, theirs);
        write_mirror(key, theirs);
        for (auto& conflict : merged.conflicts) {
            conflict.path.insert(conflict.path.begin(), key);
            outcome.conflicts.push_back(std::move(conflict));
        }
        if (merged.value != row.local)
            touched.push_back({key, std::move(row.local), std::move(merged.value)});
    }
    outcome.applied = commit_local(touched, Origin::remote, "");
    clear_in_flight_.run();
    unreject_settled_.run();
    return outcome;
}

/// The keys whose mirror is not what the server has. Where they agree a merge would keep ours, so
/// most values are compared as text and never parsed.
std::map<std::string, Ledger::Row> Ledger::rows_that_differ_from(Json const& remote) {
    std::map<std::string, Row> rows;
    for (auto const& [key, theirs] : remote.items()) rows.try_emplace(key);
    for (auto found = load_all_.query(); found.next();) {
        auto const key = std::string{found.text(0)};
        auto const mirror = found.optional_text(2);
        auto const* theirs = member(&remote, key);
        bool const agrees = theirs == nullptr ? !mirror : mirror == to_text(*theirs);
        if (agrees)
            rows.erase(key);
        else
            rows[key] = {parse_stored(found.optional_text(1)), parse_stored(mirror)};
    }
    return rows;
}

std::map<std::string, std::optional<Json>> Ledger::in_flight() {
    std::map<std::string, std::optional<Json>> sent;
    for (auto found = in_flight_.query(); found.next();)
        sent[std::string{found.text(0)}] = parse_stored(found.optional_text(1));
    return sent;
}

Frozen Ledger::freeze(std::size_t max_keys, std::size_t max_bytes) {
    Frozen frozen;
    auto& batch = frozen.batch;
    std::size_t bytes = 0;
    for (auto found = pending_.query(static_cast<std::int64_t>(max_keys)); found.next();) {
        auto const local = found.optional_text(1);
        bytes += found.text(0).size() + (local ? local->size() : 0);
        if (bytes > max_bytes && !batch.empty()) break;
        batch.push_back({std::string{found.text(0)}, parse_stored(local),
                         parse_stored(found.optional_text(2))});
    }
    for (auto const& pending : batch) mark_in_flight_.run(pending.key, text_of(pending.local));
    frozen.more = count_pending() > batch.size();
    return frozen;
}

void Ledger::settle(Batch const& batch) {
    for (auto const& sent : batch) write_mirror(sent.key, sent.local);
    clear_in_flight_.run();
}

std::size_t Ledger::reject(Batch const& batch, Refusal const& refusal) {
    std::size_t rejected = 0;
    for (auto const& sent : batch) {
        auto const row = load(sent.key);
        if (row.local != sent.local || row.local == row.mirror) continue;
        reject_.run(sent.key, std::int64_t{refusal.status}, refusal.message, clock_());
        ++rejected;
    }
    clear_in_flight_.run();
    return rejected;
}

void Ledger::reload() {
    auto rows = head_in_journal_.query();
    rows.next();
    head_ = rows.integer(0);
    changes_.clear();
}

void Ledger::back_to(Mark mark) {
    head_ = mark.head;
    changes_.resize(mark.changes);
}

Commit Ledger::take_commit() { return {head_, std::exchange(changes_, {})}; }

Ledger::Row Ledger::load(std::string_view key) {
    auto found = load_.query(key);
    if (!found.next()) return {};
    return {parse_stored(found.optional_text(0)), parse_stored(found.optional_text(1))};
}

std::vector<Ledger::Touched> Ledger::touched_by(Patch const& patch) {
    std::vector<Touched> touched;
    for (auto const& [key, partial] : patch.partial.items()) {
        auto before = load(key).local;
        Json after = before ? *before : partial;
        if (before) deep_merge(after, partial);
        touched.push_back({key, std::move(before), std::move(after)});
    }
    return touched;
}

std::vector<Ledger::Touched> Ledger::touched_by(Replace const& replace) {
    std::set<std::string> keys;
    for (auto found = keys_.query(); found.next();) keys.emplace(found.text(0));
    for (auto const& entry : replace.document.items()) keys.insert(entry.key());

    std::vector<Touched> touched;
    for (auto const& key : keys) {
        touched.push_back({key, load(key).local, copy_of(member(&replace.document, key))});
    }
    return touched;
}

std::vector<Ledger::Touched> Ledger::touched_by(Erase const& erase) {
    std::vector<Touched> touched;
    for (auto const& path : erase.paths) erase_path(touched, path);
    return touched;
}

/// Finds the path as resolve() would in the whole document, but loads only the keys that it can
/// name.
void Ledger::erase_path(std::vector<Touched>& touched, std::string_view path) {
    for (auto const& cut : cuts(path)) {
        auto known = std::find_if(touched.begin(), touched.end(),
                                  [&](Touched const& other) { return other.key == cut.name; });
        if (known == touched.end()) {
            auto row = load(cut.name);
            if (!row.local) continue;
            known = touched.insert(touched.end(), {std::string{cut.name}, row.local, row.local});
        }
        if (!known->after) continue;
        if (!cut.rest) {
            known->after.reset();
            return;
        }
        if (auto const inner = resolve(*known->after, *cut.rest)) {
            erase(*known->after, *inner);
            return;
        }
    }
}

/// Writes what really changed and its one journal line. Returns how many leaves that was.
std::size_t Ledger::commit_local(std::vector<Touched> const& touched, Origin origin,
                                 std::string const& app) {
    ChangeSet changes;
    std::vector<Touched const*> written;
    for (auto const& each : touched) {
        Path path{each.key};
        auto const known = changes.size();
        diff_into(changes, path, pointer_to(each.before), pointer_to(each.after));
        if (changes.size() > known) written.push_back(&each);
    }
    if (changes.empty()) return 0;
    ++head_;
    for (auto const* each : written) write_local(*each, origin);
    append_journal_.run(head_, clock_(), std::string_view{origin == Origin::app ? "app" : "remote"},
                        app, to_text(to_json(changes)));
    if (head_ % prune_every == 0) prune();
    return changes.size();
}

void Ledger::write_local(Touched const& touched, Origin origin) {
    auto text = text_of(touched.after);
    write_local_.run(touched.key, text, head_);
    if (!text) drop_absent_.run(touched.key);
    unreject_.run(touched.key);
    changes_.push_back({touched.key, std::move(text), origin == Origin::app});
}

void Ledger::write_mirror(std::string const& key, std::optional<Json> const& value) {
    write_mirror_.run(key, text_of(value), head_);
    if (!value) drop_absent_.run(key);
}

void Ledger::prune() { prune_.run(head_ - retention_.revisions, 2 * prune_every); }

std::size_t Ledger::count_pending() {
    auto rows = count_pending_.query();
    rows.next();
    return static_cast<std::size_t>(rows.integer(0));
}

}  // namespace settings::store
