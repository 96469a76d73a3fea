#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace settings::simulation {

/// What decides one run altogether.
struct Plan {
    std::uint64_t seed = 1;
    unsigned days = 30;
    std::size_t devices = 0;  ///< on the account; 0 leaves it to the seed
    bool tracing = false;
};

struct Outcome {
    std::string rule;  ///< the invariant that was broken; empty when all held
    std::string what;
    std::uint64_t events = 0;
    std::uint64_t edits = 0;
    std::vector<std::string> trace;
};

/// Lets devices, apps, people, the network and the server live for so many days; then all faults
/// end, and the world must settle: all devices and the server agree, and nobody sends any more.
[[nodiscard]] Outcome simulate(Plan const& plan);

}  // namespace settings::simulation
