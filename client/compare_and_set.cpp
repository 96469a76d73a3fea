#include "client/compare_and_set.h"

#include <algorithm>
#include <random>
#include <utility>

#include "model/change_set.h"
#include "model/path.h"
#include "model/same.h"

namespace settings::client {
namespace {

constexpr int edit_attempts = 100;
constexpr unsigned too_large_status = 413;

}  // namespace

std::vector<Assignment> difference(Json const& before, Json const& after) {
    std::vector<Assignment> assignments;
    for (auto& change : diff(before, after))
        assignments.push_back(Assignment::exactly(std::move(change.path), std::move(change.after)));
    return assignments;
}

std::optional<Call<Revision>> write_of(Snapshot const& before, DocumentChange const& change) {
    Json after = before.settings;
    if (auto const changed = change(after); !changed) return Call<Revision>{changed.error(), {}};
    if (same(after, before.settings)) return std::nullopt;
    if (!after.is_object()) return calls::replace(after, before.tag);
    return calls::assign(difference(before.settings, after), before.tag);
}

std::optional<Call<Revision>> write_of(std::string_view path, calls::Seen const& before,
                                       ValueChange const& change) {
    auto after = before.value;
    if (auto const changed = change(after); !changed) return Call<Revision>{changed.error(), {}};
    if (same(after, before.value)) return std::nullopt;
    return calls::put(path, after, before);
}

bool is_too_large(Result<std::optional<Revision>> const& saved) {
    return !saved && saved.error().status() == too_large_status;
}

DocumentChange always(std::function<void(Json& settings)> change) {
    return [change = std::move(change)](Json& settings) -> Result<void> {
        change(settings);
        return {};
    };
}

ValueChange always(std::function<void(std::optional<Json>& value)> change) {
    return [change = std::move(change)](std::optional<Json>& value) -> Result<void> {
        change(value);
        return {};
    };
}

DocumentChange at(std::string_view path, ValueChange change) {
    return [path = std::string{path}, change = std::move(change)](Json& settings) -> Result<void> {
        auto const names = place_for(keys_of(settings), path);
        if (!names) return Error{Errc::conflict, names.error().message()};
        auto value = copy_of(find(settings, *names));
        if (auto const changed = change(value); !changed) return changed.error();
        apply_changes(settings, {{*names, std::nullopt, std::move(value)}});
        return {};
    };
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
