#pragma once

#include <ostream>
#include <thread>

#include "tests/simulation/simulation.h"

namespace settings::simulation {

/// Many runs, one for each seed.
struct Campaign {
    Plan plan;
    std::uint64_t first = 1;
    std::uint64_t runs = 2'000;
    unsigned jobs = std::thread::hardware_concurrency();
    std::size_t give_up_after = 5;  ///< failing seeds
};

/// Runs them in so many processes, so that even a failed assertion has a seed, and reports to
/// `out` as it goes. Returns whether all invariants held.
[[nodiscard]] bool run(Campaign const& campaign, std::ostream& out);

}  // namespace settings::simulation
