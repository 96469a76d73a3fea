#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "tests/simulation/oracle.h"

namespace settings::simulation {

using Devices = std::vector<std::unique_ptr<Device>>;

/// Whatever goes wrong in the long run, as often as the climate has it: with the server, with each
/// device's network, power, clock and disk.
class Weather {
  public:
    Weather(World& world, Server& server, Oracle& oracle, Climate const& climate, Devices& devices);

    /// All faults end: everybody is up and online again.
    void clear_up();

  private:
    /// Has it happen again and again, until it clears up.
    void recur(Time mean, std::function<void()> const& deed);
    void befall_server();
    void befall(Device& device);
    void fall_ill();
    void edit_from_the_web();
    void lose_link(Device& device, Network::Link link, Time for_long);
    void sleep(Device& device);

    World& world_;
    Server& server_;
    Oracle& oracle_;
    Climate const& climate_;
    Devices& devices_;
    std::uint64_t web_edits_ = 0;
    bool is_clear_ = false;
};

}  // namespace settings::simulation
