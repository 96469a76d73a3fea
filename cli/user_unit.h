#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace settings::cli {

/// What the person's systemd manager says of a unit.
struct UnitState {
    bool is_there = false;    ///< installed, or masked
    bool is_masked = false;   ///< by the person or the administrator, so that nothing can start it
    bool is_enabled = false;  ///< it starts with the sessions to come
    bool is_active = false;   ///< it runs now
    bool has_failed = false;  ///< it ended by itself, and not in order
};

/// Reads what systemctl(1) shows of LoadState, UnitFileState and ActiveState, a line each.
[[nodiscard]] UnitState unit_state_from(std::string_view shown);

/// A unit of the person's own systemd manager.
///
/// Blocking: each call runs systemctl(1), as the person would. Throws std::runtime_error with a
/// sentence where there is no systemctl, or no manager of this user's that could be asked.
class UserUnit {
  public:
    /// `name` is a word that a shell leaves as it is.
    explicit UserUnit(std::string name) : name_{std::move(name)} {}

    [[nodiscard]] UnitState state() const;

    /// Enables and starts it, or disables and stops it. Returns what systemctl said where that did
    /// not work; nothing where it did.
    [[nodiscard]] std::string enable_now() const;
    [[nodiscard]] std::string disable_now() const;

  private:
    std::string name_;
};

}  // namespace settings::cli
