#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "tests/fleet/machine.h"

namespace settings::fleet {

/// How the service is for a while.
enum class Mood {
    well,
    down,              ///< no connection is made
    asks_for_seconds,  ///< 503 with Retry-After in seconds
    asks_for_a_date,   ///< 503 with Retry-After as one date for all
    browned_out,       ///< half of the answers are 503, and the others slow
    takes_no_writes,   ///< each PUT is answered with 500, and all else as usual
};

/// The service: it counts who comes, and can take so many a second.
class Service {
  public:
    explicit Service(std::size_t capacity) : capacity_{capacity} {}

    Mood mood = Mood::well;
    Time retry_after{};            ///< for asks_for_seconds
    Time date{};                   ///< for asks_for_a_date
    std::uint64_t good_since = 1;  ///< tokens of an earlier generation have expired
    unsigned poison = 400;         ///< status for a PUT with the value that the service chokes on

    struct Served {
        Reply reply;
        Time latency;
    };
    [[nodiscard]] Served serve(Call const& call, Time now, std::minstd_rand& chance);

    /// Calls in each second since the beginning.
    [[nodiscard]] std::vector<std::uint32_t> const& arrivals() const { return arrivals_; }

  private:
    [[nodiscard]] Reply answer(Call const& call, Time now, std::minstd_rand& chance) const;
    [[nodiscard]] bool is_overloaded() const { return arrivals_.back() > capacity_; }

    std::size_t capacity_;
    std::vector<std::uint32_t> arrivals_;
};

}  // namespace settings::fleet
