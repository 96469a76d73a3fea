#include "store/agreement.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "model/change_set.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;
using Value = std::optional<Json>;

/// How long a read that another device made before our request may take to come back as its own.
constexpr Time defended_for = 10min;

bool is_object(Value const& value) { return value && value->is_object(); }

bool may_come_late(SentValue const& sent) {
    return sent.state == SentValue::State::lost || sent.state == SentValue::State::superseded;
}

/// Whether theirs may be made from an older read than what we sent. Only whole objects carry more
/// than their sender changed: any other value is what another device wants.
bool may_be_trodden_on(SentValue const& sent, Value const& theirs, Time now) {
    bool const was_accepted =
        sent.state == SentValue::State::accepted || sent.state == SentValue::State::superseded;
    bool const is_recent = was_accepted && now - sent.at < defended_for;
    return is_recent && is_object(theirs) && (is_object(sent.value) || is_object(sent.before));
}

/// The changes from one value of a key to the other, by whole paths.
ChangeSet changes_of(std::string const& key, Value const& before, Value const& after) {
    ChangeSet changes;
    Path path{key};
    diff_into(changes, path, pointer_to(before), pointer_to(after));
    return changes;
}

/// The value at a whole path, of which `value` is the first name's.
Json const* below(Value const& value, Path const& path) {
    Json const* found = pointer_to(value);
    for (auto name = path.begin() + 1; name != path.end(); ++name) found = member(found, *name);
    return found;
}

bool is_ours(Difference const& difference) {
    auto const& [key, setting, theirs, sent] = difference;
    return theirs == setting.local ||
           std::any_of(sent.begin(), sent.end(),
                       [&theirs = theirs](SentValue const& each) { return each.value == theirs; });
}

/// The bases to merge on, each with one more kind of knowledge about our own requests.
struct Bases {
    Value answerless;  ///< what this round sent without an answer is ours
    Value late;        ///< what was sent earlier and may come late is ours as well
    Value defended;    ///< what was accepted just now is not undone by an older read
    Value stubborn;    ///< the same a second time, which is not done
};

Bases bases_of(Difference const& difference, Time now) {
    auto const& [key, setting, theirs, sent] = difference;
    Bases bases;
    bases.answerless = setting.mirror;
    for (auto const& each : sent)
        if (each.state == SentValue::State::flying)
            bases.answerless = common_base(bases.answerless, each.value, theirs);
    bases.late = bases.answerless;
    for (auto const& each : sent)
        if (may_come_late(each)) bases.late = common_base(bases.late, each.value, theirs);
    bases.defended = bases.late;
    for (auto const& each : sent)
        if (may_be_trodden_on(each, theirs, now) && !each.again)
            bases.defended = common_base(bases.defended, each.before, theirs);
    bases.stubborn = bases.defended;
    for (auto const& each : sent)
        if (may_be_trodden_on(each, theirs, now) && each.again)
            bases.stubborn = common_base(bases.stubborn, each.before, theirs);
    return bases;
}

/// The leaves where two merges differ: what one takes from there, the other keeps of ours.
std::vector<Conflict> between(Difference const& difference, Value const& with_theirs,
                              Value const& with_ours, Winner kept) {
    std::vector<Conflict> conflicts;
    for (auto& change : changes_of(difference.key, with_theirs, with_ours)) {
        auto base = copy_of(below(difference.setting.mirror, change.path));
        conflicts.push_back({std::move(change.path), std::move(base), std::move(change.after),
                             std::move(change.before), kept});
    }
    return conflicts;
}

/// Adds those whose leaf is not yet among them.
void join(std::vector<Conflict>& conflicts, std::vector<Conflict> further) {
    for (auto& conflict : further) {
        bool const is_known =
            std::any_of(conflicts.begin(), conflicts.end(),
                        [&](Conflict const& known) { return known.path == conflict.path; });
        if (!is_known) conflicts.push_back(std::move(conflict));
    }
}

/// What our own requests had to do with the outcome.
void explain(Agreement& agreement, Difference const& difference, Bases const& bases) {
    // The winner plays no part here: these are leaves without a pending edit.
    auto const merged_on = [&](Value const& base) {
        return merge(base, difference.setting.local, difference.theirs).value;
    };
    auto const corrected = merged_on(bases.defended);
    agreement.defended = merged_on(bases.late) != corrected;
    // Another device may have meant what our knowledge overrules here …
    join(agreement.conflicts,
         between(difference, merged_on(bases.answerless), corrected, Winner::local));
    // … and does mean it when it comes again.
    join(agreement.conflicts,
         between(difference, corrected, merged_on(bases.stubborn), Winner::remote));
}

}  // namespace

Agreement agree_on(Difference difference, Time now, Winner winner) {
    auto const bases = bases_of(difference, now);
    auto merged = merge(bases.defended, difference.setting.local, difference.theirs, winner);

    Agreement agreement;
    agreement.merged = std::move(merged.value);
    agreement.conflicts = std::move(merged.conflicts);
    for (auto& conflict : agreement.conflicts)
        conflict.path.insert(conflict.path.begin(), difference.key);
    agreement.by_us = is_ours(difference);
    if (!difference.sent.empty()) explain(agreement, difference, bases);
    agreement.key = std::move(difference.key);
    agreement.setting = std::move(difference.setting);
    agreement.theirs = std::move(difference.theirs);
    return agreement;
}

}  // namespace settings::store
