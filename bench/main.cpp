#include <sched.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "bench/bystanders.h"
#include "bench/figures.h"

namespace {

using namespace settings::bench;

void describe(CLI::App& app, Plan& plan, bool& quick) {
    app.description("Measures a settingsd and prints a table; see bench/README.md.");
    app.add_option("--daemon", plan.daemon, "The settingsd to measure")
        ->required()
        ->check(CLI::ExistingFile);
    app.add_option("--folder", plan.folder, "An empty folder on a real disk, to work in")
        ->required()
        ->check(CLI::ExistingDirectory);
    app.add_flag("--quick", quick, "Fewer and shorter rounds");
}

char const* advice(double others) {
    constexpr double too_busy = 0.2;
    if (others < too_busy) return "";
    if (sched_getscheduler(0) != SCHED_OTHER) return ", what we left of them";
    return ": too much to trust this; run it on a quiet machine, or with --ahead";
}

void measure(Plan const& plan) {
    Bystanders const bystanders;
    Table table;
    for (auto const measurement :
         {measure_lone_edit, measure_growth, measure_group_commit, measure_reads,
          measure_large_reads, measure_mapped_reads, measure_programs, measure_start, measure_idle})
        measurement(plan, table);
    table.finish();
    std::printf("other processes took %.0f %% of the processors meanwhile%s\n",
                100 * bystanders.share(), advice(bystanders.share()));
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app;
    Plan plan;
    bool quick = false;
    describe(app, plan, quick);
    CLI11_PARSE(app, argc, argv);
    if (quick) {
        plan.rounds = 5;
        plan.turn = std::chrono::milliseconds{150};
    }
    try {
        measure(plan);
        return 0;
    } catch (std::exception const& error) {
        std::fprintf(stderr, "settings-bench: %s\n", error.what());
        return 1;
    }
}
