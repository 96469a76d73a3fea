#include "sync/engine/removals.h"

#include <algorithm>

#include "model/same.h"

namespace settings::sync {
namespace {

constexpr unsigned attempts_until_hopeless = 2;

Refusal refuse_unclear(std::string const& path) {
    return {0, "the server could take \"" + path +
                   "\" for another setting, so it is not asked to remove it"};
}

bool removes(Pending const& pending) { return !removed_paths(pending).empty(); }

}  // namespace

void Removals::answered(Batch const& batch, Refusal const& answer, unsigned attempts) {
    for (auto const& pending : batch) {
        if (!removes(pending)) continue;
        auto const before = has_answer_for(pending) ? attempts_[pending.key].count : 0;
        attempts_[pending.key] = {pending.local, before + attempts, answer};
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

Batch Removals::take_accepted(Batch const& batch) {
    constexpr unsigned accepted = 200;
    Batch taken;
    for (auto const& pending : batch)
        if (has_answer_for(pending) && attempts_.at(pending.key).last_answer.status == accepted)
            taken.push_back(pending);
    for (auto const& pending : taken) forget(pending.key);
    return taken;
}

std::optional<Refusal> Removals::hopeless(Pending const& pending) const {
    if (!pending.unclear.empty()) return refuse_unclear(pending.unclear);
    if (!has_answer_for(pending)) return std::nullopt;
    auto const& attempts = attempts_.at(pending.key);
    if (attempts.count < attempts_until_hopeless) return std::nullopt;
    return attempts.last_answer;
}

}  // namespace settings::sync
