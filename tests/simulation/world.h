#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/simulation/dice.h"

namespace settings::simulation {

/// True time, what is to happen when, and the chance behind all of it. Jumps from one event to the
/// next; events of the same moment happen in the order in which they were asked for.
class World {
  public:
    using Deed = std::function<void()>;

    /// With `tracing` it keeps a line for each thing that was told; without, telling costs nothing.
    World(std::uint64_t seed, bool tracing) : dice_{seed}, tracing_{tracing} {}
    World(World const&) = delete;
    World& operator=(World const&) = delete;

    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] Dice& dice() { return dice_; }
    [[nodiscard]] std::uint64_t events() const { return events_; }

    void after(Time wait, Deed deed);

    /// Lets happen what is due by then. Afterwards it is `end`.
    void run_until(Time end);

    [[nodiscard]] bool is_tracing() const { return tracing_; }

    /// Adds a line to the trace, if there is one; `words` makes its text.
    template <class Words>
    void tell(std::string const& who, Words const& words) {
        if (tracing_) write(who, words());
    }
    [[nodiscard]] std::vector<std::string> const& trace() const { return trace_; }

  private:
    void write(std::string const& who, std::string const& what);

    struct Due {
        Time at;
        std::uint64_t order;
        Deed deed;
    };
    static bool is_later(Due const& a, Due const& b) {
        return a.at != b.at ? a.at > b.at : a.order > b.order;
    }

    Time now_{0};
    Dice dice_;
    std::vector<Due> queue_;  ///< a heap, the earliest first
    std::uint64_t asked_ = 0;
    std::uint64_t events_ = 0;
    bool tracing_;
    std::vector<std::string> trace_;
};

/// A time as a person reads it: 12d 03:04:05.678.
[[nodiscard]] std::string clock_face(Time time);

}  // namespace settings::simulation
