#pragma once

#include <cstdint>
#include <random>

#include "model/time.h"

namespace settings::sync {

/// Chance from one seed: the same seed gives the same sequence, so one seed fixes a whole run.
class Dice {
  public:
    explicit Dice(std::uint32_t seed) : random_{seed} {}

    /// Uniform between nothing and `bound`, both included.
    [[nodiscard]] Time up_to(Time bound) {
        return Time{std::uniform_int_distribution<Time::rep>{0, bound.count()}(random_)};
    }

  private:
    std::mt19937 random_;
};

}  // namespace settings::sync
