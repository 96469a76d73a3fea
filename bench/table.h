#pragma once

#include <string>

namespace settings::bench {

/// What a figure is held to.
class Goal {
  public:
    static Goal none() { return Goal{Kind::none, 0}; }
    static Goal at_most(double bound) { return Goal{Kind::at_most, bound}; }
    static Goal at_least(double bound) { return Goal{Kind::at_least, bound}; }

    [[nodiscard]] bool exists() const { return kind_ != Kind::none; }
    [[nodiscard]] bool met_by(double value) const;
    [[nodiscard]] std::string text() const;

  private:
    enum class Kind { none, at_most, at_least };
    Goal(Kind kind, double bound) : kind_{kind}, bound_{bound} {}

    Kind kind_;
    double bound_;
};

/// A number as a person reads it: three digits that matter, thousands set apart.
[[nodiscard]] std::string readable(double value);

/// The results, printed line by line as they come.
class Table {
  public:
    Table();

    void section(std::string const& title);

    /// `detail` says what the value was made of.
    void row(std::string const& figure, double value, Goal goal, std::string const& detail = "");

    /// How many goals were met.
    void finish() const;

  private:
    int goals_ = 0;
    int met_ = 0;
};

}  // namespace settings::bench
