// fleet: lets many machines live through what befalls a service, and says whether they were gentle.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "tests/fleet/drawing.h"
#include "tests/fleet/scenarios.h"

namespace {

using namespace settings::fleet;

std::string minutes(std::optional<settings::Time> time) {
    if (!time) return "not in 4 h";
    return fmt::format("{} min", std::chrono::duration_cast<std::chrono::minutes>(*time).count());
}

void print_head(Fleet::Size const& size) {
    std::cout << fmt::format(
        "{} machines; the service can take {:.1f} times the usual load of {:.0f} requests a "
        "second.\n\n"
        "| what happens | during | peak minute | peak second | lowest minute | all edits there |\n"
        "| --- | --- | --- | --- | --- | --- |\n",
        size.machines, size.capacity, quiet_rate(size.machines));
}

void print_row(Scenario const& scenario, Outcome const& outcome, Fleet::Size const& size) {
    bool const missed = !is_as_asked(scenario, outcome, size.machines);
    std::cout << fmt::format("| {} | {:.2f} × | {:.2f} × | {:.2f} × | {:.2f} × | {} |{}\n",
                             scenario.what, outcome.peak_during, outcome.peak_minute,
                             outcome.peak_second, outcome.lowest, minutes(outcome.recovered),
                             missed ? " MISSED" : "")
              << std::flush;
}

}  // namespace

int main(int count, char** arguments) {
    CLI::App app{"Lets a fleet of machines with the real engine live through outages"};
    Fleet::Size size;
    std::string only;
    std::filesystem::path drawings;
    app.add_option("--machines", size.machines, "so many")->capture_default_str();
    app.add_option("--capacity", size.capacity, "of the service, in usual loads")
        ->capture_default_str();
    app.add_option("--seed", size.seed, "of all chance")->capture_default_str();
    app.add_option("--only", only, "the scenario of this name");
    app.add_option("--drawings", drawings, "a folder for one image each");
    CLI11_PARSE(app, count, arguments);

    bool all_as_asked = true;
    print_head(size);
    for (auto const& scenario : scenarios()) {
        if (!only.empty() && scenario.name != only) continue;
        auto const outcome = live_through(scenario, size);
        print_row(scenario, outcome, size);
        all_as_asked = all_as_asked && is_as_asked(scenario, outcome, size.machines);
        if (!drawings.empty())
            std::ofstream{drawings / (scenario.name + ".svg")} << drawing_of(scenario, outcome);
    }
    return all_as_asked ? 0 : 1;
}
