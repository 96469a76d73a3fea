#include "client/compare_and_set.h"

#include <algorithm>
#include <random>
#include <utility>

#include "model/change_set.h"
#include "model/same.h"

namespace settings::client {
namespace {

constexpr int edit_attempts = 100;

}  // namespace

std::vector<Assignment> difference(Json const& before, Json const& after) {
    std::vector<Assignment> assignments;
    for (auto& change : diff(before, after))
        assignments.push_back(Assignment::exactly(std::move(change.path), std::move(change.after)));
    return assignments;
}

std::optional<Call<Revision>> write_of(Snapshot const& before,
                                       std::function<void(Json& settings)> const& change) {
    Json after = before.settings;
    change(after);
    if (same(after, before.settings)) return std::nullopt;
    if (!after.is_object()) return calls::replace(after, before.tag);
    return calls::assign(difference(before.settings, after), before.tag);
}

std::optional<std::chrono::microseconds> pause_after(int attempts) {
    if (attempts >= edit_attempts) return std::nullopt;
    auto const longest = 50 << std::min(attempts, 12);
    std::random_device dice;
    return std::chrono::microseconds{std::uniform_int_distribution{0, longest}(dice)};
}

Error gave_up_on_edit() {
    return {Errc::stale, "other apps changed the settings " + std::to_string(edit_attempts) +
                             " times in a row while this edit was made; try again"};
}

}  // namespace settings::client
