#include "store/agreement.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "model/change_set.h"
#include "model/same.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;
using Value = std::optional<Json>;

/// How long a read that another device made before our request may take to come back as its own.
constexpr Time defended_for = 10min;

/// A look in doubt is followed by another one when so much time more has passed since our request.
constexpr Time soonest_look = 5s;

bool is_object(Value const& value) { return value && value->is_object(); }

// What is known of our own requests -------------------------------------------------------------

/// The moment of a look, and what is known then.
struct Moment {
    Time now;
    Time lag;                 ///< how old the state may be that the look shows
    SentValue const* newest;  ///< of the values that the server accepted, if there is one

    [[nodiscard]] bool is_newest_seen() const { return newest == nullptr || newest->seen; }
};

SentValue const* newest_accepted(std::vector<SentValue> const& sent) {
    auto const newest = std::find_if(sent.rbegin(), sent.rend(),
                                     [](SentValue const& each) { return each.was_accepted(); });
    return newest == sent.rend() ? nullptr : &*newest;
}

/// Where the mirror is no longer what was accepted, a look had shown what was there before, and
/// ours was that, too. An older value than the newest is what a replica shows that lags behind.
bool is_ours(SentValue const& sent, Value const&, Moment const& moment) {
    bool const is_newest = &sent == moment.newest && sent.state == SentValue::State::accepted;
    return is_newest || sent.state == SentValue::State::flying;
}

bool is_recent(SentValue const& sent, Moment const& moment) {
    return moment.now - sent.at < moment.lag;
}

/// Where the newest value was never seen, an older one is still there, and has not come again.
bool may_come_late(SentValue const& sent, Value const&, Moment const& moment) {
    bool const is_repeatable =
        sent.state == SentValue::State::superseded && moment.is_newest_seen();
    return sent.state == SentValue::State::lost || (is_repeatable && !is_recent(sent, moment));
}

bool may_lag(SentValue const& sent, Value const&, Moment const& moment) {
    return sent.was_accepted() && is_recent(sent, moment);
}

bool is_settled(SentValue const& sent, Moment const& moment) {
    return sent.was_accepted() && !is_recent(sent, moment);
}

/// Whether it was accepted so long ago that another device may well have put back what was there
/// before. Not where a look soon after it has shown that already.
bool is_old(SentValue const& sent, Moment const& moment) {
    return moment.now - sent.at >= defended_for && !sent.lagging;
}

/// Whether theirs may be made from an older read than what we sent. Only whole objects carry more
/// than their sender changed: any other value is what another device wants.
bool may_be_trodden_on(SentValue const& sent, Value const& theirs, Moment const& moment) {
    bool const is_fresh = !is_old(sent, moment) && !sent.proven;
    return is_fresh && is_object(theirs) && (is_object(sent.value) || is_object(sent.before));
}

bool is_sent_once_more(SentValue const& sent, Value const& theirs, Moment const& moment) {
    bool const may_be_missing = !sent.seen || may_be_trodden_on(sent, theirs, moment);
    return is_settled(sent, moment) && may_be_missing && !sent.again;
}

bool is_not_kept(SentValue const& sent, Value const&, Moment const& moment) {
    return is_settled(sent, moment) && sent.again && !sent.seen;
}

bool is_given_up(SentValue const& sent, Value const& theirs, Moment const& moment) {
    bool const was_defended = sent.again && may_be_trodden_on(sent, theirs, moment);
    // What a newer value followed was seen on the way to it, which proves nothing about that one.
    bool const is_unproven = !sent.seen || sent.state == SentValue::State::superseded;
    return is_settled(sent, moment) && (was_defended || (is_unproven && is_old(sent, moment)));
}

/// What a server that drops nulls makes of a value, and one that drops empty objects as well.
Value without_nulls(Json const& value, bool drops_empty) {
    if (value.is_null()) return std::nullopt;
    if (!value.is_object()) return value;
    Json kept = Json::object();
    for (auto const& [name, inner] : value.items())
        if (auto left = without_nulls(inner, drops_empty)) kept[name] = *std::move(left);
    if (kept.empty() && drops_empty) return std::nullopt;
    return kept;
}

/// The base where theirs is what we sent.
Value where_it_is(Value const& base, SentValue const& sent, Value const& theirs, Moment const&) {
    return common_base(base, sent.value, theirs);
}

/// The four values that are known of one place inside a key.
struct Inside {
    Json const* base;
    Json const* before;
    Json const* value;
    Json const* theirs;

    [[nodiscard]] Inside at(std::string const& name) const {
        return {member(base, name), member(before, name), member(value, name),
                member(theirs, name)};
    }
    [[nodiscard]] std::set<std::string> names() const {
        std::set<std::string> found;
        for (auto const* each : {base, before, value, theirs})
            if (each != nullptr && each->is_object())
                for (auto const& entry : each->items()) found.insert(entry.key());
        return found;
    }
};

/// Whether nothing is there, or an empty object, which a server may drop.
bool is_nothing(Json const* value) {
    return value == nullptr || (value->is_object() && value->empty());
}

/// Leaves that a look shows as they were before what we sent.
enum class Back {
    all,
    added,  ///< where nothing was: somebody would have had to remove what we added
};

/// The base, leaf by leaf, where theirs is back at what was there before, or still there.
Value where_it_was(Inside const& place, Back which) {
    auto const is_an_object = [](Json const* value) { return value && value->is_object(); };
    bool const was_nothing = is_nothing(place.before);
    bool const is_back =
        same(place.before, place.theirs) || (was_nothing && is_nothing(place.theirs));
    if (is_back && (which == Back::all || was_nothing)) return copy_of(place.theirs);
    bool const has_members = is_an_object(place.before) || is_an_object(place.value);
    if (!has_members || !is_an_object(place.theirs)) return copy_of(place.base);
    Json corrected = Json::object();
    for (auto const& name : place.names())
        if (auto value = where_it_was(place.at(name), which)) corrected[name] = *std::move(value);
    if (corrected.empty() && !is_an_object(place.base)) return copy_of(place.base);
    return corrected;
}

/// The base where the server shows what was there before our value, or our value without what it
/// drops.
Value where_it_is_not(Value const& base, SentValue const& sent, Value const& theirs, Back which) {
    auto corrected = where_it_was(
        {pointer_to(base), pointer_to(sent.before), pointer_to(sent.value), pointer_to(theirs)},
        which);
    if (sent.state == SentValue::State::superseded)
        corrected = common_base(corrected, sent.value, theirs);
    if (!sent.value) return corrected;
    for (bool const drops_empty : {false, true}) {
        auto const left = without_nulls(*sent.value, drops_empty);
        if (!same(left, sent.value)) corrected = common_base(corrected, left, theirs);
    }
    return corrected;
}

/// The base where ours is to be sent: an old value of ours gives way to one that was there before.
Value where_it_is_missing(Value const& base, SentValue const& sent, Value const& theirs,
                          Moment const& moment) {
    return where_it_is_not(base, sent, theirs, is_old(sent, moment) ? Back::added : Back::all);
}

/// The base where ours is gone, whoever did it.
Value where_it_is_gone(Value const& base, SentValue const& sent, Value const& theirs,
                       Moment const&) {
    return where_it_is_not(base, sent, theirs, Back::all);
}

/// One kind of knowledge about what we sent: where theirs equals a value that is to be believed, it
/// came from us or from an older read, and the base of the merge is corrected to it.
struct Correction {
    bool (*applies_to)(SentValue const& sent, Value const& theirs, Moment const& moment);
    Value (*corrected)(Value const& base, SentValue const& sent, Value const& theirs,
                       Moment const& moment);
};

/// The corrections in order, each made on top of those before it.
enum class Step : std::size_t { ours, late, lagging, once_more, not_kept, given_up };
constexpr std::array<Correction, 6> corrections{{
    {is_ours, where_it_is},
    {may_come_late, where_it_is},
    {may_lag, where_it_is_missing},
    {is_sent_once_more, where_it_is_missing},
    {is_not_kept, where_it_is_missing},
    {is_given_up, where_it_is_gone},
}};

Correction const& correction_of(Step step) { return corrections[static_cast<std::size_t>(step)]; }

/// Makes one correction of the base. Returns whether the base changed.
bool correct(Value& base, Correction const& correction, Difference const& difference,
             Moment const& moment) {
    bool has_changed = false;
    for (auto const& sent : difference.sent) {
        if (!correction.applies_to(sent, difference.theirs, moment)) continue;
        auto corrected = correction.corrected(base, sent, difference.theirs, moment);
        has_changed |= !same(corrected, base);
        base = std::move(corrected);
    }
    return has_changed;
}

/// The merges on the base as each correction leaves it. Ours is the winner in all of them: the
/// corrections matter at leaves without a pending edit, where the winner plays no part. A
/// correction that leaves the base as it was costs no merge.
class CorrectedMerges {
  public:
    struct Corrected {
        Value base;
        Merged merged;
    };

    CorrectedMerges(Difference const& difference, Moment const& moment) {
        auto const& [key, setting, theirs, sent] = difference;
        Value base = setting.mirror;
        for (std::size_t step = 0; step < corrections.size(); ++step) {
            has_changed_[step] = correct(base, corrections[step], difference, moment);
            if (has_changed_[step] || made_.empty())
                made_.push_back({base, merge(base, setting.local, theirs)});
            after_[step] = made_.size() - 1;
        }
        base = setting.mirror;
        correct(base, correction_of(Step::ours), difference, moment);
        correct(base, correction_of(Step::lagging), difference, moment);
        may_all_lag_ = same(base, theirs);
    }

    [[nodiscard]] Corrected const& after(Step step) const {
        return made_[after_[static_cast<std::size_t>(step)]];
    }
    [[nodiscard]] Value const& value_after(Step step) const { return after(step).merged.value; }
    [[nodiscard]] bool has_changed(Step step) const {
        return has_changed_[static_cast<std::size_t>(step)];
    }

    /// Whether a replica that lags behind explains all of theirs, whatever else may.
    [[nodiscard]] bool may_all_lag() const { return may_all_lag_; }

  private:
    std::vector<Corrected> made_;
    std::array<std::size_t, corrections.size()> after_{};
    std::array<bool, corrections.size()> has_changed_{};
    bool may_all_lag_ = false;
};

// What comes of it ------------------------------------------------------------------------------

/// The value at a whole path, of which `value` is the first name's.
Json const* below(Value const& value, Path const& path) {
    Json const* found = pointer_to(value);
    for (auto name = path.begin() + 1; name != path.end(); ++name) found = member(found, *name);
    return found;
}

/// The leaves where two merges differ: the first took theirs there, the second ours.
std::vector<Conflict> between(Difference const& difference, Value const& with_theirs,
                              Value const& with_ours, Winner kept) {
    std::vector<Conflict> conflicts;
    if (&with_theirs == &with_ours) return conflicts;
    for (auto& change : changes_of(difference.key, with_theirs, with_ours)) {
        auto base = copy_of(below(difference.setting.mirror, change.path));
        conflicts.push_back({std::move(change.path), std::move(base), std::move(change.after),
                             std::move(change.before), kept});
    }
    return conflicts;
}

/// Adds the conflicts whose leaf is not yet among the known ones.
void join(std::vector<Conflict>& conflicts, std::vector<Conflict> further) {
    for (auto& conflict : further) {
        bool const is_known =
            std::any_of(conflicts.begin(), conflicts.end(),
                        [&](Conflict const& known) { return known.path == conflict.path; });
        if (!is_known) conflicts.push_back(std::move(conflict));
    }
}

// What our knowledge overrules, another device may have meant, unless it only lags behind.

/// The leaves of theirs that give way because ours is sent once more. Where theirs has nothing
/// there is nothing to be brought back.
std::vector<Conflict> sent_once_more(Difference const& difference, CorrectedMerges const& merges) {
    bool const lags = merges.has_changed(Step::lagging) || merges.may_all_lag();
    auto const before = lags ? Step::lagging : Step::ours;
    auto overruled = between(difference, merges.value_after(before),
                             merges.value_after(Step::once_more), Winner::local);
    if (merges.has_changed(Step::once_more))
        std::erase_if(overruled, [](Conflict const& conflict) { return !conflict.theirs; });
    return overruled;
}

/// The leaves of theirs that give way because a value of ours came late. Where nothing lags behind
/// they are among those of sent_once_more().
std::vector<Conflict> came_late(Difference const& difference, CorrectedMerges const& merges) {
    if (!merges.has_changed(Step::lagging) || merges.may_all_lag()) return {};
    return between(difference, merges.value_after(Step::ours), merges.value_after(Step::late),
                   Winner::local);
}

/// The leaves of ours that give way because another device means theirs: it came again, or may have
/// come long after ours.
std::vector<Conflict> given_up(Difference const& difference, CorrectedMerges const& merges) {
    return between(difference, merges.value_after(Step::not_kept),
                   merges.value_after(Step::given_up), Winner::remote);
}

/// What our own requests had to do with the outcome.
void explain(Agreement& agreement, Difference const& difference, CorrectedMerges const& merges) {
    auto const& [local, mirror] = difference.setting;
    agreement.unseen = merges.has_changed(Step::lagging) || merges.has_changed(Step::once_more) ||
                       merges.has_changed(Step::not_kept) || merges.has_changed(Step::given_up);
    agreement.defended =
        !same(merges.value_after(Step::lagging), merges.value_after(Step::once_more));
    bool const is_edited_since = !same(local, mirror);
    agreement.not_kept = !is_edited_since && !same(merges.value_after(Step::once_more),
                                                   merges.value_after(Step::not_kept));
    for (auto* const conflicts_of : {sent_once_more, came_late, given_up})
        join(agreement.conflicts, conflicts_of(difference, merges));
}

/// Leaves the mirror as it is where theirs may lag behind, so that nothing is sent, and tells when
/// to look again: when twice as much time has passed, and at last when no replica is so far behind.
void wait_for_replica(Agreement& agreement, Difference const& difference, Moment const& moment) {
    auto base = difference.setting.mirror;
    correct(base, correction_of(Step::lagging), difference, moment);
    agreement.mirror = merge(base, difference.setting.mirror, difference.theirs).value;
    for (auto const& sent : difference.sent) {
        if (!may_lag(sent, difference.theirs, moment)) continue;
        auto const next = moment.now + std::max(soonest_look, moment.now - sent.at);
        agreement.look_again = std::min(next, sent.at + moment.lag);
    }
}

}  // namespace

Agreement agree_on(Difference difference, Time now, Winner winner, Time lag) {
    Moment const moment{now, lag, newest_accepted(difference.sent)};
    CorrectedMerges const merges{difference, moment};
    auto const& [base, merged_for_us] = merges.after(Step::not_kept);
    auto merged = winner == Winner::local
                      ? merged_for_us
                      : merge(base, difference.setting.local, difference.theirs, winner);

    Agreement agreement;
    agreement.base = base;
    agreement.merged = std::move(merged.value);
    agreement.conflicts = std::move(merged.conflicts);
    for (auto& conflict : agreement.conflicts)
        conflict.path.insert(conflict.path.begin(), difference.key);
    agreement.mirror = difference.theirs;
    if (merges.has_changed(Step::lagging)) wait_for_replica(agreement, difference, moment);
    explain(agreement, difference, merges);
    agreement.key = std::move(difference.key);
    agreement.setting = std::move(difference.setting);
    agreement.theirs = std::move(difference.theirs);
    return agreement;
}

}  // namespace settings::store
