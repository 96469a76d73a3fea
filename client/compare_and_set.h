#pragma once

#include <functional>
#include <optional>

#include "client/calls.h"

namespace settings::client {

// edit(), apart from who carries it out: read, change, write if nobody was faster, else anew.

/// So often it begins anew.
inline constexpr int edit_attempts = 100;

/// What merged into `before` gives `after`, object by object. Nothing when that takes a removal.
[[nodiscard]] std::optional<Json> difference(Json const& before, Json const& after);

/// The write that makes of the settings what `change` does, provided that they are still these.
/// Nothing when it changes nothing.
[[nodiscard]] std::optional<Call<Revision>> write_of(
    Snapshot const& before, std::function<void(Json& settings)> const& change);

/// That every attempt came too late.
[[nodiscard]] Error too_much_company();

}  // namespace settings::client
