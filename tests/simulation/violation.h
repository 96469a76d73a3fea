#pragma once

#include <stdexcept>
#include <string>

namespace settings::simulation {

/// An invariant that does not hold. Ends the run.
class Violation : public std::runtime_error {
  public:
    /// `rule` is the invariant in a few words, the same each time; `what` is what happened.
    Violation(std::string rule, std::string const& what)
        : std::runtime_error{rule + ": " + what}, rule_{std::move(rule)} {}

    [[nodiscard]] std::string const& rule() const { return rule_; }

  private:
    std::string rule_;
};

}  // namespace settings::simulation
