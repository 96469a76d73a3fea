#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "tests/fleet/service.h"

namespace settings::fleet {

/// Many machines and one service, in time that jumps from one event to the next.
class Fleet {
  public:
    struct Size {
        std::size_t machines = 200'000;
        /// What the service can take, as a multiple of what it gets on a quiet day.
        double capacity = 3;
        std::uint32_t seed = 1;
    };

    explicit Fleet(Size size, Machine::Options const& options = {});

    /// Something that happens at its time.
    void at(Time time, std::function<void(Fleet&)> deed);
    void run_until(Time end);

    [[nodiscard]] Service& service() { return service_; }
    [[nodiscard]] Service const& service() const { return service_; }
    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] std::size_t size() const { return machines_.size(); }

    /// Machines with an edit that the service does not have, and that was made before `time`.
    [[nodiscard]] std::size_t waiting_since(Time time) const;
    [[nodiscard]] std::size_t set_aside() const;

    // What happens to one machine, now.
    void edit(std::size_t machine);
    void edit_poison(std::size_t machine);
    void route(std::size_t machine, bool is_up);

    [[nodiscard]] std::minstd_rand& chance() { return chance_; }
    [[nodiscard]] Time between(Time least, Time most);

  private:
    enum class What : std::uint8_t { wakes, hears, edits };
    struct Due {
        Time at;
        std::uint32_t machine;
        What what;
        Reply reply = {};
    };
    static bool is_later(Due const& a, Due const& b) { return a.at > b.at; }

    void push(Due due);
    void happen(Due const& due);
    void follow(std::uint32_t machine, std::optional<Call> call);
    void rest(std::uint32_t machine);
    [[nodiscard]] Time until_next_edit();

    std::minstd_rand chance_;
    Service service_;
    std::vector<Machine> machines_;
    std::vector<Time> armed_;  ///< by machine: the earliest wake-up in the queue
    std::vector<Due> queue_;   ///< a heap, the earliest first
    struct Deed {
        Time at;
        std::function<void(Fleet&)> what;
    };
    std::vector<Deed> deeds_;  ///< the latest first
    Time now_{0};
};

/// Requests a second of so many machines when nothing is wrong: one look each half hour, and two
/// requests for an edit now and then.
[[nodiscard]] double quiet_rate(std::size_t machines);

}  // namespace settings::fleet
