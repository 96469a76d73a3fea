#include "sync/engine/removals.h"

#include "sync/engine/plan.h"

namespace settings::sync {
namespace {

constexpr unsigned times_until_hopeless = 2;

Refusal refuse_unclear(std::string const& path) {
    return {0, "the server could take \"" + path +
                   "\" for another setting, so it is not asked to remove it"};
}

bool removes(Pending const& pending) { return !plan({pending}).removed.empty(); }

}  // namespace

void Removals::struck(Batch const& batch, Refusal const& refusal) {
    for (auto const& pending : batch) {
        if (!removes(pending)) continue;
        auto const times = knows(pending) ? struck_[pending.key].times : 0;
        struck_[pending.key] = {pending.local, times + 1, refusal};
    }
}

bool Removals::knows(Pending const& pending) const {
    auto const known = struck_.find(pending.key);
    return known != struck_.end() && known->second.local == pending.local && removes(pending);
}

std::optional<Refusal> Removals::hopeless(Pending const& pending) const {
    if (!pending.unclear.empty()) return refuse_unclear(pending.unclear);
    if (!knows(pending)) return std::nullopt;
    auto const& [local, times, words] = struck_.at(pending.key);
    if (times < times_until_hopeless) return std::nullopt;
    return words;
}

}  // namespace settings::sync
