#pragma once

#include <cstdint>

namespace settings::bench {

/// How much of the machine went to processes other than this one and the children that it started
/// and saw end, since this was made. They delay every wake-up, by up to a scheduler's tick.
class Bystanders {
  public:
    /// Share of the time of all processors, from 0 to 1.
    [[nodiscard]] double share() const;

  private:
    struct Ticks {
        std::int64_t all = 0;
        std::int64_t others = 0;
    };
    static Ticks count();

    Ticks const begin_ = count();
};

}  // namespace settings::bench
