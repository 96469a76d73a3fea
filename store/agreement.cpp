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

bool was_just_accepted(SentValue const& sent, Time now) {
    return sent.state == SentValue::State::accepted && now - sent.at < defended_for;
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

/// The bases to merge on, each with one more kind of knowledge about our own requests.
struct Bases {
    Value answerless;  ///< what this round sent without an answer is ours
    Value late;        ///< what was sent earlier and never answered is ours as well
    Value defended;    ///< what was accepted just now is not undone by an older read
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
        if (each.state == SentValue::State::lost)
            bases.late = common_base(bases.late, each.value, theirs);
    bases.defended = bases.late;
    for (auto const& each : sent)
        if (was_just_accepted(each, now) && !each.again)
            bases.defended = common_base(bases.defended, each.before, theirs);
    return bases;
}

/// The leaves where what we know of our requests made ours stay, and another device may mean it.
std::vector<Conflict> overruled(Difference const& difference, Value const& simple,
                                Value const& corrected) {
    std::vector<Conflict> conflicts;
    for (auto& change : changes_of(difference.key, simple, corrected)) {
        auto base = copy_of(below(difference.setting.mirror, change.path));
        conflicts.push_back({std::move(change.path), std::move(base), std::move(change.after),
                             std::move(change.before), Winner::local});
    }
    return conflicts;
}

bool same(Json const* a, Json const* b) {
    if (a == nullptr || b == nullptr) return a == b;
    return *a == *b;
}

/// Whether that leaf is one which the server had just accepted from us; if so, what was before.
std::optional<Value> replaced_by_us(Difference const& difference, Change const& change, Time now) {
    for (auto const& each : difference.sent) {
        if (!was_just_accepted(each, now)) continue;
        auto const* before = below(each.before, change.path);
        auto const* value = below(each.value, change.path);
        if (same(value, pointer_to(change.before)) && !same(before, value)) return copy_of(before);
    }
    return std::nullopt;
}

/// The leaves where theirs replaced a value that the server had just accepted from us.
std::vector<Conflict> yielded(Difference const& difference, Value const& merged, Time now) {
    std::vector<Conflict> conflicts;
    for (auto& change : changes_of(difference.key, difference.setting.local, merged))
        if (auto base = replaced_by_us(difference, change, now))
            conflicts.push_back({std::move(change.path), std::move(*base), std::move(change.before),
                                 std::move(change.after), Winner::remote});
    return conflicts;
}

/// Adds those whose leaf is not yet among them.
void join(std::vector<Conflict>& conflicts, std::vector<Conflict> further) {
    for (auto& conflict : further) {
        auto const is_known =
            std::any_of(conflicts.begin(), conflicts.end(),
                        [&](Conflict const& known) { return known.path == conflict.path; });
        if (!is_known) conflicts.push_back(std::move(conflict));
    }
}

std::vector<Conflict> with_whole_paths(std::string const& key, std::vector<Conflict> conflicts) {
    for (auto& conflict : conflicts) conflict.path.insert(conflict.path.begin(), key);
    return conflicts;
}

}  // namespace

Agreement agree_on(Difference difference, Time now, Winner winner) {
    auto const& local = difference.setting.local;
    auto const& theirs = difference.theirs;
    auto const bases = bases_of(difference, now);
    auto merged = merge(bases.defended, local, theirs, winner);

    Agreement agreement;
    agreement.conflicts = with_whole_paths(difference.key, std::move(merged.conflicts));
    // The winner plays no part in what our own requests explain.
    auto const simple = merge(bases.answerless, local, theirs).value;
    auto const late = merge(bases.late, local, theirs).value;
    auto const corrected = merge(bases.defended, local, theirs).value;
    join(agreement.conflicts, overruled(difference, simple, corrected));
    join(agreement.conflicts, yielded(difference, merged.value, now));
    agreement.defended = late != corrected;
    agreement.merged = std::move(merged.value);
    agreement.key = std::move(difference.key);
    agreement.setting = std::move(difference.setting);
    agreement.theirs = std::move(difference.theirs);
    return agreement;
}

}  // namespace settings::store
