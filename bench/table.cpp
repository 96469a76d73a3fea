#include "bench/table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace settings::bench {
namespace {

constexpr std::size_t figure_width = 46;
constexpr std::size_t value_width = 10;
constexpr std::size_t goal_width = 10;
constexpr std::size_t met_width = 6;

/// Characters, not bytes: every one here is one column wide.
std::size_t columns(std::string const& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) >> 6) != 2;
    }));
}

std::string padding(std::string const& text, std::size_t width) {
    return std::string(width - std::min(width, columns(text)), ' ');
}

std::string left(std::string const& text, std::size_t width) { return text + padding(text, width); }

void print(std::string const& figure, std::string const& value, std::string const& goal,
           std::string const& met, std::string const& detail) {
    auto const line = left(figure, figure_width) + padding(value, value_width) + value + "  " +
                      left(goal, goal_width) + left(met, met_width) + detail;
    std::puts(line.substr(0, line.find_last_not_of(' ') + 1).c_str());
    std::fflush(stdout);
}

}  // namespace

bool Goal::met_by(double value) const {
    return kind_ == Kind::at_most ? value <= bound_ : value >= bound_;
}

std::string Goal::text() const {
    if (!exists()) return "";
    return (kind_ == Kind::at_most ? "≤ " : "≥ ") + readable(bound_);
}

std::string readable(double value) {
    char digits[64];
    auto const size = std::abs(value);
    bool const is_whole = size == std::floor(size);
    int const decimals = is_whole || size >= 100 ? 0 : size >= 10 ? 1 : 2;
    std::snprintf(digits, sizeof digits, "%.*f", decimals, value);
    std::string text = digits;
    auto const point = std::min(text.find('.'), text.size());
    for (auto place = point; place > 3; place -= 3) text.insert(place - 3, 1, ',');
    return text;
}

Table::Table() { print("", "measured", "goal", "met", "made of"); }

void Table::section(std::string const& title) { std::printf("\n%s\n", title.c_str()); }

void Table::row(std::string const& figure, double value, Goal goal, std::string const& detail) {
    bool const met = goal.exists() && goal.met_by(value);
    if (goal.exists()) ++goals_;
    if (met) ++met_;
    std::string const word = !goal.exists() ? "" : met ? "yes" : "no";
    print("  " + figure, readable(value), goal.text(), word, detail);
}

void Table::finish() const { std::printf("\n%d of %d goals met\n", met_, goals_); }

}  // namespace settings::bench
