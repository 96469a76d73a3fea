#include "store/agreement.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "model/change_set.h"
#include "model/same.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;
using Value = std::optional<Json>;

/// How long a read that another device made before our request may take to come back as its own.
constexpr Time defended_for = 10min;

bool is_object(Value const& value) { return value && value->is_object(); }

// What is known of our own requests -------------------------------------------------------------

bool is_answerless(SentValue const& sent, Value const&, Time) {
    return sent.state == SentValue::State::flying;
}

bool may_come_late(SentValue const& sent, Value const&, Time) {
    return sent.state == SentValue::State::lost || sent.state == SentValue::State::superseded;
}

/// Whether theirs may be made from an older read than what we sent. Only whole objects carry more
/// than their sender changed: any other value is what another device wants.
bool may_be_trodden_on(SentValue const& sent, Value const& theirs, Time now) {
    bool const is_recent = sent.was_accepted() && now - sent.at < defended_for;
    return is_recent && is_object(theirs) && (is_object(sent.value) || is_object(sent.before));
}

bool is_defended(SentValue const& sent, Value const& theirs, Time now) {
    return may_be_trodden_on(sent, theirs, now) && !sent.again;
}

bool is_given_up(SentValue const& sent, Value const& theirs, Time now) {
    return may_be_trodden_on(sent, theirs, now) && sent.again;
}

/// One kind of knowledge about what we sent: where theirs equals the value that is to be believed,
/// it came from us or from an older read, and the base of the merge is corrected to it.
struct Correction {
    bool (*applies_to)(SentValue const& sent, Value const& theirs, Time now);
    Value SentValue::*believed;
};

/// The corrections in order, each made on top of those before it.
enum class Step : std::size_t { answerless, late, defended, given_up };
constexpr std::array<Correction, 4> corrections{{
    {is_answerless, &SentValue::value},
    {may_come_late, &SentValue::value},
    {is_defended, &SentValue::before},
    {is_given_up, &SentValue::before},
}};

/// Makes one correction of the base. Returns whether the base changed.
bool correct(Value& base, Correction const& correction, Difference const& difference, Time now) {
    bool has_changed = false;
    for (auto const& sent : difference.sent) {
        if (!correction.applies_to(sent, difference.theirs, now)) continue;
        auto corrected = common_base(base, sent.*correction.believed, difference.theirs);
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

    CorrectedMerges(Difference const& difference, Time now) {
        auto const& [key, setting, theirs, sent] = difference;
        Value base = setting.mirror;
        for (std::size_t step = 0; step < corrections.size(); ++step) {
            if (correct(base, corrections[step], difference, now) || made_.empty())
                made_.push_back({base, merge(base, setting.local, theirs)});
            after_[step] = made_.size() - 1;
        }
    }

    [[nodiscard]] Corrected const& after(Step step) const {
        return made_[after_[static_cast<std::size_t>(step)]];
    }

  private:
    std::vector<Corrected> made_;
    std::array<std::size_t, corrections.size()> after_{};
};

// What comes of it ------------------------------------------------------------------------------

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

/// What our own requests had to do with the outcome.
void explain(Agreement& agreement, Difference const& difference, CorrectedMerges const& merges) {
    auto const merged = [&](Step step) -> Value const& { return merges.after(step).merged.value; };
    agreement.defended = !same(merged(Step::late), merged(Step::defended));
    // Another device may have meant what our knowledge overrules here …
    join(agreement.conflicts,
         between(difference, merged(Step::answerless), merged(Step::defended), Winner::local));
    // … and does mean it when it comes again.
    join(agreement.conflicts,
         between(difference, merged(Step::defended), merged(Step::given_up), Winner::remote));
}

}  // namespace

Agreement agree_on(Difference difference, Time now, Winner winner) {
    CorrectedMerges const merges{difference, now};
    auto const& [base, merged_for_us] = merges.after(Step::defended);
    auto merged = winner == Winner::local
                      ? merged_for_us
                      : merge(base, difference.setting.local, difference.theirs, winner);

    Agreement agreement;
    agreement.merged = std::move(merged.value);
    agreement.conflicts = std::move(merged.conflicts);
    for (auto& conflict : agreement.conflicts)
        conflict.path.insert(conflict.path.begin(), difference.key);
    agreement.base = base;
    agreement.by_others =
        !same(base, difference.theirs) && !same(difference.setting.local, difference.theirs);
    explain(agreement, difference, merges);
    agreement.key = std::move(difference.key);
    agreement.setting = std::move(difference.setting);
    agreement.theirs = std::move(difference.theirs);
    return agreement;
}

}  // namespace settings::store
