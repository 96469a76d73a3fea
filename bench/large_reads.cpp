// Ordinary reads while another client reads what is large.

#include <future>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/load.h"
#include "bench/process.h"
#include "bench/statistics.h"

namespace settings::bench {
namespace {

constexpr std::int64_t keys = 100;
constexpr std::int64_t large_bytes = 6'000'000;

/// Reads of one small key, while another client reads leaves of the large one without a pause.
Load beside_large_reads(LoadOptions const& small) {
    auto large = small;
    large.mode = Mode::get_leaf;
    auto others = std::async(std::launch::async, run_checked, large);
    auto const load = run_checked(small);
    others.get();
    return load;
}

}  // namespace

void measure_large_reads(Plan const& plan, Table& table) {
    Process const daemon{
        plan.daemon, plan.folder / "large", {.keys = keys, .large_bytes = large_bytes}};
    LoadOptions const small{
        .socket = daemon.socket(), .mode = Mode::get_one, .time = plan.turn, .keys = keys};
    std::vector<double> ratios, longest;
    for (int round = 0; round < plan.rounds; ++round) {
        auto const alone = run_checked(small);
        auto const beside = beside_large_reads(small);
        ratios.push_back(beside.p50 / alone.p50);
        longest.push_back(beside.longest / 1'000);
    }
    table.section("Reads of one setting while another client reads leaves of a key of 6 MB");
    table.row("p50, as a multiple of alone", median(ratios), Goal::at_most(3));
    table.row("the longest of a turn, ms", median(longest), Goal::at_most(50));
}

}  // namespace settings::bench
