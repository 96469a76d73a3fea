#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/weather.h"

namespace settings::simulation {

/// The apps on one device, and the person in front of it.
///
/// Nearly every value that apps set is new in this world, so it tells who set it and when.
class People {
  public:
    People(World& world, Device& device, Oracle const& oracle, Climate const& climate);

    /// Apps edit no more from now on; people still put right what only they can.
    void rest() { is_resting_ = true; }

    /// Has a look at the status and does what it asks for.
    void put_right();

  private:
    void live();
    void burst(std::size_t edits);
    void check_up();
    void insist(std::size_t times);
    void interfere();
    void review();
    [[nodiscard]] Login who_logs_in();
    [[nodiscard]] bool is_at_home() const;
    void edit();

    [[nodiscard]] Edit draw_edit();
    [[nodiscard]] Edit draw_calm_edit(std::size_t kind);
    [[nodiscard]] Edit change_most();
    [[nodiscard]] Edit patch_leaf();
    [[nodiscard]] Edit patch_several();
    [[nodiscard]] Edit take_back();
    [[nodiscard]] Edit erase_something();
    [[nodiscard]] Edit replace_all();
    [[nodiscard]] Json fresh();
    [[nodiscard]] std::string any_leaf();

    World& world_;
    Device& device_;
    Oracle const& oracle_;
    Climate const& climate_;

    /// The leaves that were set here, each with the value that it had before.
    std::vector<std::pair<std::string, std::optional<Json>>> replaced_;
    std::uint64_t stamps_ = 0;
    bool is_resting_ = false;
};

}  // namespace settings::simulation
