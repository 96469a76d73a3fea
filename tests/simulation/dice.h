#pragma once

#include <cstdint>
#include <random>

#include "model/time.h"

namespace settings::simulation {

/// The one source of chance in a run: the same seed gives the same run on every machine, so the
/// standard library's distributions, which may differ, are not used.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : random_{seed} {}

    /// Uniform in [0, bound).
    [[nodiscard]] std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>(random_() % bound);
    }

    [[nodiscard]] bool chance(double probability) {
        constexpr double steps = 1ULL << 53U;
        return static_cast<double>(random_() >> 11U) < probability * steps;
    }

    /// Uniform between two spans.
    [[nodiscard]] Time between(Time low, Time high) {
        return low + Time{static_cast<Time::rep>(
                         below(static_cast<std::size_t>((high - low).count()) + 1))};
    }

    /// Spans of very different lengths, from `mean` / 8 to `mean` * 3; of that mean, roughly.
    [[nodiscard]] Time about(Time mean) {
        return chance(0.25) ? between(mean, 3 * mean) : between(mean / 8, mean);
    }

    template <class Container>
    [[nodiscard]] auto const& one_of(Container const& container) {
        return container[below(std::size(container))];
    }

    [[nodiscard]] std::uint32_t seed() { return static_cast<std::uint32_t>(random_()); }

  private:
    std::mt19937_64 random_;
};

}  // namespace settings::simulation
