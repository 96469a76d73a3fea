// simulate: runs seeds, and says which one broke what.

#include <CLI/CLI.hpp>
#include <iostream>

#include "tests/simulation/runner.h"

namespace {

using namespace settings::simulation;

int replay(Plan plan, bool verbose) {
    plan.tracing = true;
    auto const outcome = simulate(plan);
    constexpr std::size_t last = 100;
    auto const& trace = outcome.trace;
    bool const is_whole = verbose || trace.size() <= last;
    if (verbose || !outcome.rule.empty())
        for (auto line = is_whole ? 0 : trace.size() - last; line < trace.size(); ++line)
            std::cout << trace[line] << '\n';
    if (!outcome.rule.empty()) {
        std::cout << "seed " << plan.seed << " broke: " << outcome.what << std::endl;
        return 1;
    }
    std::cout << "seed " << plan.seed << ": " << plan.days << " days, " << outcome.events
              << " events, " << outcome.edits << " edits; all invariants held" << std::endl;
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    CLI::App app{"Lets many worlds of devices live, each from its seed, and checks what must hold"};
    Plan plan;
    Campaign campaign;
    bool verbose = false;
    std::size_t show = 5;
    auto* seed = app.add_option("--seed", plan.seed, "replay this one, with its trace");
    app.add_option("--runs", campaign.runs, "so many seeds")->capture_default_str();
    app.add_option("--first", campaign.first, "beginning with this one")->capture_default_str();
    app.add_option("--days", plan.days, "simulated days of each")->capture_default_str();
    app.add_option("--devices", plan.devices, "on the account; 0 is as the seed has it");
    app.add_option("--jobs", campaign.jobs, "processes")->capture_default_str();
    app.add_option("--show", show, "failing seeds to name before giving up");
    app.add_flag("--verbose", verbose, "with --seed: the whole trace");
    CLI11_PARSE(app, count, arguments);

    if (seed->count() > 0) return replay(plan, verbose);
    campaign.plan = plan;
    campaign.give_up_after = show;
    return run(campaign, std::cout) ? 0 : 1;
}
