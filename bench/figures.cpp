#include "bench/figures.h"

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "bench/floor.h"
#include "bench/load.h"
#include "bench/process.h"
#include "bench/statistics.h"

namespace settings::bench {
namespace {

constexpr std::size_t many = 32;

LoadOptions edits(Plan const& plan, Process const& daemon, std::int64_t keys,
                  std::size_t clients = 1) {
    return {.socket = daemon.socket(),
            .mode = Mode::put,
            .clients = clients,
            .time = plan.turn,
            .keys = keys};
}

LoadOptions reads(Plan const& plan, Process const& daemon, std::size_t clients = 1) {
    return {.socket = daemon.socket(), .clients = clients, .time = plan.turn};
}

std::string micros(double value) { return readable(value) + " µs"; }

/// The cost of edits with each stock, as a multiple of that with the first.
void compare_stocks(Plan const& plan, Table& table, std::vector<Stock> const& stocks,
                    std::string const& name, std::int64_t Stock::*what) {
    std::deque<Process> daemons;
    for (auto const& stock : stocks)
        daemons.emplace_back(plan.daemon, plan.folder / (name + std::to_string(stock.*what)),
                             stock);
    std::vector<std::vector<double>> costs(stocks.size()), ratios(stocks.size());
    for (int round = 0; round < plan.rounds; ++round)
        for (std::size_t at = 0; at < stocks.size(); ++at) {
            costs[at].push_back(run_checked(edits(plan, daemons[at], stocks[at].keys)).p50);
            ratios[at].push_back(costs[at].back() / costs[0].back());
        }
    constexpr double flat = 1.25;  // one, and the noise of a shared machine
    for (std::size_t at = 0; at < stocks.size(); ++at) {
        auto const figure = readable(static_cast<double>(stocks[at].*what)) + " " + name;
        auto const goal = at == 0 ? Goal::none() : Goal::at_most(flat);
        table.row(figure, median(ratios[at]), goal, micros(median(costs[at])));
    }
}

/// What edits of many clients at once cost where an old entry of the history has to go for each new
/// one, as a multiple of a new store's. Nothing is ever sent.
void compare_full_history(Plan const& plan, Table& table) {
    Process const fresh{plan.daemon, plan.folder / "fresh", {.keys = 100}};
    Process const full{
        plan.daemon, plan.folder / "full", {.keys = 100, .rows = 100'000, .full = true}};
    struct Figure {
        char const* name;
        double Load::*cost;
        Goal goal;
        std::vector<double> ratios = {}, costs = {};
    };
    // The longest of a turn is as often a stranger's doing as ours.
    std::vector<Figure> figures{{"p50", &Load::p50, Goal::at_most(1.25)},
                                {"p99", &Load::p99, Goal::at_most(1.5)},
                                {"the longest", &Load::longest, Goal::at_most(2)}};
    for (int round = 0; round < plan.rounds; ++round) {
        auto const before = run_checked(edits(plan, fresh, 100, many));
        auto const after = run_checked(edits(plan, full, 100, many));
        for (auto& figure : figures) {
            figure.costs.push_back(after.*figure.cost);
            figure.ratios.push_back(after.*figure.cost / before.*figure.cost);
        }
    }
    for (auto const& figure : figures)
        table.row(figure.name, median(figure.ratios), figure.goal, micros(median(figure.costs)));
}

}  // namespace

void measure_lone_edit(Plan const& plan, Table& table) {
    Process const daemon{plan.daemon, plan.folder / "lone", {.keys = 100}};
    PingPong ping;
    LoneCommit commit{plan.folder / "floor.db"};
    std::vector<double> asking, committing, editing, ratios;
    for (int round = 0; round < plan.rounds; ++round) {
        asking.push_back(ping.cost(plan.turn));
        committing.push_back(commit.cost(plan.turn));
        editing.push_back(run_checked(edits(plan, daemon, 100)).p50);
        ratios.push_back(editing.back() / (asking.back() + committing.back()));
    }
    table.section("One durable edit, median latency");
    table.row("as a multiple of the floor", median(ratios), Goal::at_most(1.5),
              micros(median(editing)) + " over " + micros(median(asking)) + " socket + " +
                  micros(median(committing)) + " commit");
}

void measure_growth(Plan const& plan, Table& table) {
    table.section("One durable edit with a larger document, as a multiple of the first");
    compare_stocks(plan, table, {{.keys = 10}, {.keys = 100}, {.keys = 1'000}, {.keys = 10'000}},
                   "keys", &Stock::keys);
    table.section("One durable edit with a longer history, as a multiple of the first");
    compare_stocks(plan, table,
                   {{.keys = 10, .rows = 0},
                    {.keys = 10, .rows = 10'000},
                    {.keys = 10, .rows = 100'000},
                    {.keys = 10, .rows = 1'000'000}},
                   "revisions", &Stock::rows);
    table.section(
        "Edits of " + std::to_string(many) +
        " clients, nothing sent, with a full history of 100,000 revisions, as a multiple of "
        "a new store's");
    compare_full_history(plan, table);
}

void measure_group_commit(Plan const& plan, Table& table) {
    Process const daemon{plan.daemon, plan.folder / "group", {.keys = 100}};
    std::vector<double> alone, together, ratios, groups, latencies;
    for (int round = 0; round < plan.rounds; ++round) {
        alone.push_back(run_checked(edits(plan, daemon, 100)).rate);
        auto const before = daemon.commits();
        auto const load = run_checked(edits(plan, daemon, 100, many));
        auto const commits = daemon.commits() - before;
        together.push_back(load.rate);
        latencies.push_back(load.p99);
        ratios.push_back(together.back() / alone.back());
        groups.push_back(static_cast<double>(load.answers) / commits);
    }
    table.section("Durable edits of " + std::to_string(many) + " clients at once");
    table.row("edits/s, as a multiple of one client's", median(ratios), Goal::at_least(4),
              readable(median(together)) + "/s over " + readable(median(alone)) + "/s");
    table.row("edits in one commit", median(groups), Goal::at_least(4),
              readable(median(together) / median(groups)) + " commits/s");
    table.row("p99 of an edit, ms", median(latencies) / 1000, Goal::none());
}

void measure_reads(Plan const& plan, Table& table) {
    Process const daemon{plan.daemon, plan.folder / "reads", {.keys = 100}};
    PingPong ping;
    std::vector<double> alone, together, latencies, ratios;
    for (int round = 0; round < plan.rounds; ++round) {
        auto const floor = ping.cost(plan.turn);
        auto const lone = run_checked(reads(plan, daemon));
        alone.push_back(lone.rate);
        latencies.push_back(lone.p50);
        ratios.push_back(lone.p50 / floor);
        together.push_back(run_checked(reads(plan, daemon, many)).rate);
    }
    table.section("Reads of a document of 100 keys");
    table.row("one client, as a multiple of the socket", median(ratios), Goal::none(),
              micros(median(latencies)));
    table.row("reads/s, one client", median(alone), Goal::none());
    table.row("reads/s, " + std::to_string(many) + " clients", median(together), Goal::none());
}

void measure_idle(Plan const& plan, Table& table) {
    Process const daemon{plan.daemon, plan.folder / "idle", {.keys = 1'000}};
    static_cast<void>(run_checked(edits(plan, daemon, 1'000, many)));
    static_cast<void>(run_checked(reads(plan, daemon, many)));
    constexpr std::chrono::seconds settling{6};
    std::this_thread::sleep_for(settling);
    auto const before = daemon.wakeups();
    std::this_thread::sleep_for(plan.idle);
    auto const wakeups = daemon.wakeups() - before;
    auto const memory = daemon.memory();
    table.section("Idle, after some work, with 1,000 keys");
    table.row("wake-ups in " + std::to_string(plan.idle.count()) + " s",
              static_cast<double>(wakeups), Goal::at_most(0));
    std::string detail;
    if (memory.proportional > 0)
        detail = readable(memory.proportional) + " proportional, " + readable(memory.unshared) +
                 " its own alone";
    table.row("resident memory, MiB", memory.resident, Goal::at_most(12), detail);
}

}  // namespace settings::bench
