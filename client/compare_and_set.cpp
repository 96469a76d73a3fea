#include "client/compare_and_set.h"

#include <utility>

namespace settings::client {

std::optional<Json> difference(Json const& before, Json const& after) {
    Json partial = Json::object();
    for (auto const& [name, value] : before.items())
        if (!after.contains(name)) return std::nullopt;
    for (auto const& [name, value] : after.items()) {
        auto const old = before.find(name);
        if (old != before.end() && *old == value) continue;
        std::optional<Json> inner = value;
        if (old != before.end() && old->is_object() && value.is_object())
            inner = difference(*old, value);
        if (!inner) return std::nullopt;
        partial[name] = std::move(*inner);
    }
    return partial;
}

std::optional<Call<Revision>> write_of(Snapshot const& before,
                                       std::function<void(Json& settings)> const& change) {
    Json after = before.settings;
    change(after);
    if (after == before.settings) return std::nullopt;
    auto const partial = after.is_object() ? difference(before.settings, after) : std::nullopt;
    if (partial) return calls::patch(*partial, before.revision);
    return calls::replace(after, before.revision);
}

Error too_much_company() {
    return {Errc::stale, "other apps changed the settings " + std::to_string(edit_attempts) +
                             " times in a row while this edit was made; try again"};
}

}  // namespace settings::client
