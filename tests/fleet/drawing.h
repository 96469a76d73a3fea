#pragma once

#include <string>

#include "tests/fleet/scenarios.h"

namespace settings::fleet {

/// The load of the service over time, as an SVG image.
[[nodiscard]] std::string drawing_of(Scenario const& scenario, Outcome const& outcome);

}  // namespace settings::fleet
