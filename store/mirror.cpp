#include "store/mirror.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "model/named_key.h"
#include "model/number.h"
#include "model/same.h"
#include "model/values_in.h"
#include "store/gathered.h"
#include "store/mass_change.h"
#include "store/readings.h"
#include "store/stored_json.h"

namespace settings::store {
namespace {

/// The server may give back our integers as doubles, and other numbers with fewer digits: that is
/// no other device's edit.
void take_back_rounding(Difference& difference) {
    auto const take_back = [&theirs = difference.theirs](std::optional<Json> const& known) {
        if (theirs && known) unround(*theirs, *known);
    };
    take_back(difference.setting.mirror);
    for (auto const& sent : difference.sent) take_back(sent.value);
    take_back(difference.setting.local);
    auto& theirs = difference.theirs;
    for (auto const& sent : difference.sent)
        if (theirs && sent.was_accepted())
            unround_sent(*theirs, pointer_to(sent.value), pointer_to(sent.before),
                         pointer_to(difference.setting.local));
}

DirtyRow row_of(Rows const& found) {
    return {std::string{found.text(0)}, found.optional_text(1), found.optional_text(2)};
}

/// What becomes of an unsent value that is certainly older than what the server has: it is kept as
/// a conflict.
Agreement given_up(Difference const& difference) {
    auto const& theirs = difference.theirs;
    Agreement agreement{.key = difference.key,
                        .setting = difference.setting,
                        .theirs = theirs,
                        .base = theirs,
                        .merged = theirs,
                        .conflicts = {},
                        .mirror = theirs,
                        .look_again = {}};
    for (auto& change : changes_of(difference.key, theirs, difference.setting.local))
        agreement.conflicts.push_back({std::move(change.path), change.before,
                                       std::move(change.after), change.before, Winner::remote});
    return agreement;
}

/// The value's text, which is the known one where that is the same.
SharedText text_or(SharedText const& known, std::optional<Json> const& value) {
    auto text = shared_text(value);
    return text && known && *text == *known ? known : text;
}

}  // namespace

/// An Agreement whose values are texts: as trees, those of a whole document would take many times
/// as much memory.
struct Mirror::Agreed {
    /// `looked` is what the look shows of the key.
    Agreed(Agreement agreement, SharedText const& looked)
        : key{std::move(agreement.key)},
          theirs{text_or(looked, agreement.theirs)},
          merged{text_or(theirs, agreement.merged)},
          shown{text_or(theirs, agreement.mirror)},
          // Equal numbers may be written differently. The mirror then takes the text of ours, so
          // that the key is not dirty.
          mirror{same(agreement.mirror, agreement.merged) ? merged : shown},
          conflicts{std::move(agreement.conflicts)},
          look_again{agreement.look_again},
          changes_ours{!same(agreement.merged, agreement.setting.local)},
          is_touched{!same(agreement.base, agreement.theirs)},
          defended{agreement.defended},
          not_kept{agreement.not_kept},
          unseen{agreement.unseen} {}

    std::string key;
    SharedText theirs;
    SharedText merged;
    SharedText shown;   ///< what the server is known to hold
    SharedText mirror;  ///< the same, as it is written
    std::vector<Conflict> conflicts;
    std::optional<Time> look_again;
    bool changes_ours;  ///< the local value becomes another one
    bool is_touched;    ///< by others
    bool defended, not_kept, unseen;
    std::size_t lost = 0;  ///< Held::Value::lost

    /// Whether the look may show the key as it was before the server accepted ours.
    [[nodiscard]] bool may_lag() const { return look_again.has_value(); }
};

Mirror::Mirror(Connection& connection, Document& document, Conflicts& conflicts)
    : document_{document},
      conflicts_{conflicts},
      sent_{connection},
      unreadable_{connection},
      unmet_{connection},
      held_{connection},
      stale_{connection},
      would_be_lost_{connection,
                     "SELECT EXISTS (SELECT 1 FROM setting WHERE mirror IS NOT NULL AND local IS "
                     "NOT NULL)"},
      mirrors_{connection, "SELECT mirror FROM setting WHERE mirror IS NOT NULL"},
      measure_mirror_{connection,
                      "SELECT coalesce(sum(length(CAST(key AS BLOB)) + length(CAST(mirror AS "
                      "BLOB)) + ?), 0) FROM setting WHERE mirror IS NOT NULL"},
      pending_{connection,
               "SELECT key, local, mirror FROM pending ORDER BY revision LIMIT ? OFFSET ?"},
      count_pending_{connection, "SELECT number FROM pending_count"},
      due_{connection,
           "SELECT key, local, mirror, refusals FROM rejected JOIN dirty USING (key) WHERE "
           "retry_at <= ? AND key NOT IN (SELECT key FROM left_alone) ORDER BY retry_at LIMIT 1"},
      reject_{connection,
              "INSERT INTO rejected (key, status, message, at, retry_at) VALUES (?, ?, ?, ?, ?) ON "
              "CONFLICT (key) DO UPDATE SET status = excluded.status, message = "
              "excluded.message, at = excluded.at, retry_at = excluded.retry_at, refusals = "
              "refusals + 1"},
      next_retry_{connection,
                  "SELECT min(retry_at) FROM rejected JOIN dirty USING (key) WHERE key NOT IN "
                  "(SELECT key FROM left_alone)"},
      refusals_{connection, "SELECT coalesce(max(refusals), 0) FROM rejected WHERE key = ?"},
      // What was not kept before is settled only when it is seen.
      free_settled_{
          connection,
          "DELETE FROM rejected WHERE key NOT IN (SELECT key FROM dirty) AND NOT key IN (" +
              Sent::keys_not_kept() + ")"} {}

Reconciled Mirror::reconcile(Look const& look, Time now) {
    if (look.is_missing && would_be_lost_.query().one().integer(0) != 0) return miss(now);
    auto became_unreadable = unreadable_.exchange(look.unreadable);
    terms_ = {look.winner, look.lag, look.exceptions.device, unmet_.all()};
    auto const stale = stale_.find();
    if (stale) {
        auto keys = stale_.keys(*stale);
        terms_.theirs.insert(keys.begin(), keys.end());
        if (stale->is_older) terms_.given_up = std::move(keys);
    }
    MassChange others;
    auto agreed = agreements(look, now, others);
    auto const change = much_of(others);
    bool const is_held = change && !look.judgement.decides(*change);
    bool const is_refused = change && !is_held && look.judgement.verdict == Verdict::refuse;
    bool const is_applied = change && !is_held && !is_refused && look.judgement.on;
    if (is_applied) agreed = agreements_as_applied(*change, look, now);
    held_.forget_values();
    if (is_held)
        hold(agreed, *change);
    else
        held_.end();
    auto outcome = is_refused ? Reconciled{} : take_over(agreed);
    outcome.unreadable = std::move(became_unreadable);
    if (is_held) outcome.held = change;
    settle_down(agreed, now, look.lag);
    unmet_.forget_if(
        [&](std::string const& key) { return !look.unreadable.contains(key) && !held_.has(key); });
    outcome.lagging = static_cast<std::size_t>(std::ranges::count_if(agreed, &Agreed::may_lag));
    outcome.not_kept = not_kept(agreed);
    if (stale && !is_held) stale_.forget();
    account_bytes_.reset();
    return outcome;
}

/// Nothing is learned but that no answer came to what is flying.
Reconciled Mirror::miss(Time now) {
    sent_.missed(now);
    held_.doubt();
    return {.is_missing = true};
}

/// The document becomes the mirror, and tells what came of our requests.
void Mirror::settle_down(std::vector<Agreed> const& agreed, Time now, Time lag) {
    std::set<std::string> unseen;
    look_again_.reset();
    for (auto const& each : agreed) {
        settle_down(each, now);
        if (each.unseen) unseen.insert(each.key);
        if (each.look_again)
            look_again_ = std::min(*each.look_again, look_again_.value_or(*each.look_again));
    }
    sent_.looked(now, unseen, lag);
    for (auto const& each : agreed)
        if (each.may_lag()) sent_.lags_behind(each.key);
    free_settled_.run();
}

void Mirror::settle_down(Agreed const& agreed, Time now) {
    document_.write_mirror_text(agreed.key, agreed.mirror);
    sent_.arrived(agreed.key, agreed.theirs, now);
}

Batch Mirror::not_kept(std::vector<Agreed> const& agreed) {
    Batch batch;
    for (auto const& each : agreed) {
        if (!each.not_kept) continue;
        auto const refusals = refusals_.query(each.key).one().integer(0);
        batch.push_back({each.key, parse_stored(each.merged), parse_stored(each.shown),
                         static_cast<unsigned>(refusals)});
    }
    return batch;
}

/// `change` is what others did.
std::vector<Mirror::Agreed> Mirror::agreements(Look const& look, Time now, MassChange& change) {
    std::vector<Agreed> agreed;
    auto keys = document_.keys_that_differ_from(look.remote);
    keys.insert(terms_.given_up.begin(), terms_.given_up.end());
    for (auto const& key : keys) {
        if (look.unreadable.contains(key)) continue;
        auto agreement = agreement_on(key, look.remote.value(key), now);
        if (!agreement) continue;
        auto const lost = add(change, *agreement);
        agreed.emplace_back(*std::move(agreement), look.remote.find(key));
        agreed.back().lost = lost;
    }
    return agreed;
}

/// What a person takes over is what the server has: an edit of ours gives way, as a conflict.
std::vector<Mirror::Agreed> Mirror::agreements_as_applied(MassChange const& change,
                                                          Look const& look, Time now) {
    terms_.theirs.insert(change.keys.begin(), change.keys.end());
    MassChange known_already;
    return agreements(look, now, known_already);
}

/// Nothing where the server has what it is known to hold.
std::optional<Agreement> Mirror::agreement_on(std::string const& key, std::optional<Json> theirs,
                                              Time now) {
    Difference difference{key, document_.load(key), std::move(theirs), sent_.of(key)};
    take_back_rounding(difference);
    if (terms_.given_up.contains(key)) return given_up(difference);
    if (same(difference.theirs, difference.setting.mirror)) return std::nullopt;
    return agree_on(std::move(difference), now, winner_at(key), terms_.lag);
}

Winner Mirror::winner_at(std::string const& key) const {
    if (terms_.ours.contains(key)) return Winner::local;
    return terms_.theirs.contains(key) ? Winner::remote : terms_.winner;
}

/// What others did to the leaves that the server was known to hold, if too much of it is gone to be
/// taken on trust. A document that is held already is judged by itself alone, and by what was known
/// when it came: what apps write or remove here meanwhile makes none of its loss more welcome. What
/// a person has left open of it is held whatever its size.
std::optional<MassChange> Mirror::much_of(MassChange change) {
    if (change.removed == 0) return std::nullopt;
    change.known = leaves_at_the_server();
    auto const known_then = held_.known();
    bool const is_much = known_then ? is_over_half(change.lost, *known_then)
                                    : is_over_half(change.removed, change.known);
    if (!is_much && !held_.is_decided_in_part()) return std::nullopt;
    return change;
}

std::size_t Mirror::leaves_at_the_server() {
    std::size_t leaves = 0;
    for (auto rows = mirrors_.query(); rows.next();)
        leaves += leaves_in(pointer_to(parse_stored(rows.optional_text(0))));
    return leaves;
}

/// Sets apart the keys that others touched, and leaves what is ours. A document that lost much
/// proves nothing where it only lacks what we removed, too.
void Mirror::hold(std::vector<Agreed>& agreed, MassChange const& change) {
    held_.begin(change.known);
    for (auto const& each : agreed)
        if (each.is_touched) held_.add({each.key, each.theirs, each.lost});
    std::erase_if(agreed, [](Agreed const& each) { return each.is_touched; });
}

Result<Reconciled> Mirror::decide(std::vector<std::string> const& names, Judgement const& word,
                                  Time now) {
    auto const values = held_.values();
    if (values.empty()) return Error{Errc::conflict, "nothing is held for review"};
    if (word.on && *word.on != document_hash(values)) return Error{Errc::stale, another_is_held};
    std::set<std::string> keys;
    for (auto const& name : names) {
        auto key = key_named(name, [this](auto const& held) { return held_.has(held); });
        if (!key) return key.error();
        keys.insert(*std::move(key));
    }
    std::vector<Agreed> agreed;
    if (word.verdict == Verdict::apply) terms_.theirs.insert(keys.begin(), keys.end());
    for (auto const& [key, theirs, lost] : values) {
        if (!keys.contains(key)) continue;
        if (auto agreement = agreement_on(key, parse_stored(theirs), now))
            agreed.emplace_back(*std::move(agreement), theirs);
        held_.remove(key);
    }
    auto outcome = word.verdict == Verdict::apply ? take_over(agreed) : Reconciled{};
    for (auto const& each : agreed) settle_down(each, now);
    free_settled_.run();
    account_bytes_.reset();
    outcome.held = rest_of_held(now);
    return outcome;
}

/// What the keys would do that nobody has decided about; ends the hold where that is no harm.
std::optional<MassChange> Mirror::rest_of_held(Time now) {
    auto const values = held_.values();
    MassChange rest;
    for (auto const& [key, theirs, lost] : values)
        if (auto const agreement = agreement_on(key, parse_stored(theirs), now))
            add(rest, *agreement);
    rest.document = document_hash(values);
    rest.known = leaves_at_the_server();
    if (rest.removed > 0) {
        held_.decided_in_part();
        return rest;
    }
    for (auto const& value : values) held_.remove(value.key);
    held_.end();
    return std::nullopt;
}

/// Writes the local values and the conflicts that were agreed on. The mirror is left as it is.
Reconciled Mirror::take_over(std::vector<Agreed>& agreed) {
    Reconciled outcome;
    Document::Writing writing{document_};
    for (auto& each : agreed) {
        if (each.changes_ours) {
            Touched const touched{each.key, document_.local(each.key), parse_stored(each.merged)};
            writing.add(touched, each.merged);
            sent_.give_up(touched);
        }
        if (each.defended) sent_.send_once_more(each.key);
        std::ranges::move(each.conflicts, std::back_inserter(outcome.conflicts));
    }
    outcome.applied = writing.finish(Origin::remote);
    if (!outcome.conflicts.empty()) conflicts_.add(outcome.conflicts, document_.unix_now());
    return outcome;
}

Frozen Mirror::freeze(Selection selection, std::size_t max_bytes, Time now) {
    sent_.answered();
    auto frozen = pending_keys(selection, max_bytes);
    bool const is_idle = frozen.batch.empty() && frozen.without_room.empty();
    if (is_idle && selection.skip == 0) frozen = due_for_retry(now);
    mark_unclear(frozen.batch);
    for (auto const& pending : frozen.batch) sent_.take_off(pending, now);
    frozen.backlog = backlog();
    return frozen;
}

/// What makes room for others is not held up by them.
Frozen Mirror::pending_keys(Selection selection, std::size_t max_bytes) {
    Gathered gathered{account_bytes(), static_cast<std::int64_t>(max_bytes),
                      [this] { return account_values(); }};
    auto found = pending_.query(static_cast<std::int64_t>(selection.max_keys),
                                static_cast<std::int64_t>(selection.skip));
    while (found.next() && gathered.take(row_of(found))) continue;
    return gathered.frozen();
}

/// A refused key goes alone: it could make the server refuse a whole batch.
Frozen Mirror::due_for_retry(Time now) {
    Gathered gathered{account_bytes(), 0, [this] { return account_values(); }};
    auto found = due_.query(std::int64_t{now.count()});
    if (!found.next()) return {};
    gathered.take(row_of(found), static_cast<unsigned>(found.integer(3)));
    auto frozen = gathered.frozen();
    frozen.retry = !frozen.batch.empty();
    return frozen;
}

/// What the server's document takes, as far as it can be read here.
std::int64_t Mirror::account_bytes() {
    if (!account_bytes_) account_bytes_ = measure_mirror_.query(around_value).one().integer(0);
    return *account_bytes_;
}

std::int64_t Mirror::account_values() {
    std::size_t values = 0;
    for (auto rows = mirrors_.query(); rows.next();) values += values_in(rows.text(0));
    return static_cast<std::int64_t>(values);
}

/// Notes for each key the first removal, if any, whose path the server could read in two ways.
void Mirror::mark_unclear(Batch& batch) {
    Readings readings{document_};
    for (auto& pending : batch) {
        for (auto const& path : removed_paths(pending)) {
            auto key = readings.in_the_way_of(path);
            if (!key) continue;
            pending.unclear = path;
            pending.in_the_way = *std::move(key);
            break;
        }
    }
}

Backlog Mirror::settle(Batch const& batch, Time now) {
    for (auto const& sent : batch) {
        if (account_bytes_)
            *account_bytes_ +=
                bytes_of(sent.key, text_of(sent.local)) - bytes_of(sent.key, text_of(sent.mirror));
        document_.write_mirror(sent.key, sent.local);
        sent_.accepted(sent.key, now);
    }
    free_settled_.run();
    return backlog();
}

SetAside Mirror::reject(Batch const& batch, Refusal const& refusal, Time retry_at) {
    SetAside set_aside;
    for (auto const& sent : batch) {
        auto const row = document_.load(sent.key);
        if (!same(row.local, sent.local) || same(row.local, row.mirror)) continue;
        reject_.run(sent.key, std::int64_t{refusal.status}, refusal.message, document_.unix_now(),
                    std::int64_t{retry_at.count()});
        ++set_aside.keys;
    }
    return set_aside;
}

void Mirror::answered() { sent_.answered(); }

void Mirror::drop_marks() { sent_.drop_flying(); }

void Mirror::lost(Batch const& batch, Time now) {
    for (auto const& sent : batch) sent_.lost(sent.key, now);
}

Backlog Mirror::backlog() {
    Backlog backlog;
    backlog.pending = static_cast<std::size_t>(count_pending_.query().one().integer(0));
    if (auto const at = next_retry_.query().one().optional_integer(0))
        backlog.next_retry = Time{*at};
    backlog.look_at = sent_.look_at();
    if (look_again_)
        backlog.look_at = std::min(*look_again_, backlog.look_at.value_or(*look_again_));
    return backlog;
}

}  // namespace settings::store
