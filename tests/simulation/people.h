#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/weather.h"

namespace settings::simulation {

/// The apps on one device, and the person in front of it.
///
/// Nearly every value that they set is new in this world, so that it tells who set it and when.
class People {
  public:
    People(World& world, Device& device, Oracle const& oracle, Climate const& climate);

    /// They edit no more, and put right what only a person can.
    void rest() { is_resting_ = true; }

    /// Has a look at the status and does what it asks for.
    void put_right();

  private:
    void live();
    void burst(std::size_t edits);
    void check_up();
    void interfere();
    void review();
    void edit();

    [[nodiscard]] Edit draw_edit();
    [[nodiscard]] Edit patch_leaf();
    [[nodiscard]] Edit patch_several();
    [[nodiscard]] Edit take_back();
    [[nodiscard]] Edit erase_something();
    [[nodiscard]] Edit replace_all();
    [[nodiscard]] Json fresh();
    [[nodiscard]] Path any_leaf();

    World& world_;
    Device& device_;
    Oracle const& oracle_;
    Climate const& climate_;
    std::vector<std::pair<Path, std::optional<Json>>> replaced_;  ///< what stood there before
    std::uint64_t stamps_ = 0;
    bool is_resting_ = false;
};

}  // namespace settings::simulation
