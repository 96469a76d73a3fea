#include "sync/engine/removals.h"

#include <algorithm>

#include "model/path.h"
#include "model/same.h"

namespace settings::sync {
namespace {

constexpr unsigned attempts_until_hopeless = 2;

constexpr char const* still_there = "the server accepted the removal, and still has it";

Refusal refuse_unclear(Pending const& pending) {
    std::string message = "the server could take \"" + pending.unclear +
                          "\" for another setting, so it is not asked to remove it";
    if (!pending.in_the_way.empty()) {
        auto const key = path_text({pending.in_the_way});
        message += " before \"" + key + "\" is gone as a whole: unset " + key +
                   ", sync, \"settingsctl rejected retry\", sync, and set " + key + " again";
    }
    return {0, std::move(message)};
}

bool removes(Pending const& pending) { return !removed_paths(pending).empty(); }

}  // namespace

void Removals::accepted(Batch const& batch, unsigned attempts) { answered(batch, {}, attempts); }

void Removals::refused(Batch const& batch, Failure const& refusal, unsigned attempts) {
    answered(batch, refusal, attempts);
}

void Removals::answered(Batch const& batch, std::optional<Failure> const& refusal,
                        unsigned attempts) {
    for (auto const& pending : batch) {
        if (!removes(pending)) continue;
        auto const before = has_answer_for(pending) ? attempts_[pending.key].count : 0;
        attempts_[pending.key] = {pending.local, before + attempts, refusal};
    }
}

bool Removals::has_answer_for(Pending const& pending) const {
    auto const known = attempts_.find(pending.key);
    return known != attempts_.end() && same(known->second.local, pending.local) && removes(pending);
}

bool Removals::has_answer_in(Batch const& batch) const {
    auto const is_known = [this](Pending const& pending) { return has_answer_for(pending); };
    return std::any_of(batch.begin(), batch.end(), is_known);
}

std::optional<Failure> Removals::refusal_of(Batch const& batch) const {
    for (auto const& pending : batch)
        if (has_answer_for(pending) && attempts_.at(pending.key).refusal)
            return attempts_.at(pending.key).refusal;
    return std::nullopt;
}

Batch Removals::take_accepted(Batch const& batch) {
    Batch taken;
    for (auto const& pending : batch)
        if (has_answer_for(pending) && !attempts_.at(pending.key).refusal) taken.push_back(pending);
    for (auto const& pending : taken) forget(pending.key);
    return taken;
}

std::optional<Refusal> Removals::hopeless(Pending const& pending) const {
    if (!pending.unclear.empty()) return refuse_unclear(pending);
    if (!has_answer_for(pending)) return std::nullopt;
    auto const& attempts = attempts_.at(pending.key);
    if (attempts.count < attempts_until_hopeless) return std::nullopt;
    if (!attempts.refusal) return Refusal{200, still_there};
    return Refusal{attempts.refusal->status, attempts.refusal->message};
}

}  // namespace settings::sync
