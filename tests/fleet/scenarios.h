#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tests/fleet/fleet.h"

namespace settings::fleet {

/// Something that befalls a fleet after two quiet hours.
struct Scenario {
    std::string name;  ///< one word
    std::string what;  ///< for people
    Time lasts;
    std::function<void(Fleet&)> begin;
    std::function<void(Fleet&)> end = {};
    /// What is asked of the hours that follow; for the others the figures only tell.
    bool is_outage = false;
    /// What the busiest minute of the four hours after may be, as a multiple of the usual load.
    double most_after = std::numeric_limits<double>::max();
    /// What the busiest minute of the trouble itself may be, as a multiple of the usual load.
    double most_during = std::numeric_limits<double>::max();
    /// The share of the machines that has to have set the poisonous value aside in the end.
    double set_aside = 0;
};

[[nodiscard]] std::vector<Scenario> scenarios();

/// What it did to the service.
struct Outcome {
    double steady = 0;              ///< requests a second in the quiet hour before
    double peak_during = 0;         ///< busiest minute of the trouble, as a multiple of `steady`
    double peak_minute = 0;         ///< busiest minute of the four hours after
    double peak_second = 0;         ///< busiest second of the four hours after
    double lowest = 0;              ///< quietest minute of the four hours after
    std::optional<Time> recovered;  ///< from the end until all that was edited before is there
    std::size_t set_aside = 0;      ///< machines that set the poisonous value aside
    std::vector<double> curve;      ///< each minute's load from an hour before, as a multiple
};

[[nodiscard]] Outcome live_through(Scenario const& scenario, Fleet::Size size);

/// Whether the service that came back is left in peace: no minute over 2.6 times the usual load, no
/// second over 5 times, and all edits there within one look interval.
[[nodiscard]] bool is_gentle(Outcome const& outcome);

/// Whether all that is asked of the scenario came true.
[[nodiscard]] bool is_as_asked(Scenario const& scenario, Outcome const& outcome,
                               std::size_t machines);

}  // namespace settings::fleet
