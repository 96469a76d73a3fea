#include "tests/fleet/drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace settings::fleet {
namespace {

constexpr double width = 720;
constexpr double height = 160;
constexpr double left = 36;    ///< for the numbers of the scale
constexpr double bottom = 18;  ///< for the hours

/// One horizontal line each, from the usual load up.
std::string scale(double top) {
    std::string lines;
    auto const step = std::max(1.0, std::ceil(top / 5));
    for (double load = 0; load <= top; load += step) {
        auto const y = height - load / top * height;
        lines += fmt::format(
            R"(<path d="M{0} {1:.1f}H{2}" stroke="#ddd"/><text x="{3}" y="{4:.1f}">{5}×</text>)"
            "\n",
            left, y, left + width, left - 6, y + 4, load);
    }
    return lines;
}

std::string hours(std::size_t minutes) {
    std::string names;
    for (std::size_t minute = 0; minute <= minutes; minute += 60)
        names +=
            fmt::format(R"(<text x="{:.1f}" y="{}">{} h</text>)"
                        "\n",
                        left + width * static_cast<double>(minute) / static_cast<double>(minutes),
                        height + bottom - 4, minute / 60);
    return names;
}

std::string line(std::vector<double> const& curve, double top) {
    std::string points;
    for (std::size_t minute = 0; minute < curve.size(); ++minute)
        points += fmt::format(
            "{:.1f},{:.1f} ",
            left + width * static_cast<double>(minute) / static_cast<double>(curve.size()),
            height - curve[minute] / top * height);
    return fmt::format(R"(<polyline points="{}" fill="none" stroke="#1f6feb"/>)"
                       "\n",
                       points);
}

}  // namespace

std::string drawing_of(Scenario const& scenario, Outcome const& outcome) {
    auto const top = std::max(3.0, std::ceil(std::ranges::max(outcome.curve)));
    return fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -8 {} {}" )"
                       R"(font-family="sans-serif" font-size="11" text-anchor="end">)"
                       "\n<title>{}</title>\n",
                       left + width + 12, height + bottom + 12, scenario.what) +
           scale(top) + hours(outcome.curve.size()) + line(outcome.curve, top) + "</svg>\n";
}

}  // namespace settings::fleet
