#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "model/change_set.h"
#include "model/json.h"
#include "model/merge.h"
#include "model/patch.h"

namespace settings {
namespace {

/// A document as apps make them: groups of small values, a few arrays and texts among them.
Json document(std::int64_t keys) {
    Json root = Json::object();
    for (std::int64_t number = 0; number < keys; ++number)
        root["app" + std::to_string(number)] = {
            {"theme", "dark"},
            {"zoom", 1.25},
            {"recent", {"a.txt", "b.txt", "c.txt"}},
            {"window", {{"width", 1280 + number}, {"height", 720}, {"maximised", false}}}};
    return root;
}

/// The same with one leaf of one key in ten changed.
Json edited(Json root, char const* theme) {
    int count = 0;
    for (auto& entry : root)
        if (count++ % 10 == 0) entry["theme"] = theme;
    return root;
}

void parse(benchmark::State& state) {
    auto const text = to_text(document(state.range(0)));
    for (auto _ : state) benchmark::DoNotOptimize(parse_json(text));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse)->Arg(1)->Arg(100)->Arg(1'000);

void print(benchmark::State& state) {
    auto const root = document(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(to_text(root));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(to_text(root).size()));
}
BENCHMARK(print)->Arg(1)->Arg(100)->Arg(1'000);

void find_differences(benchmark::State& state) {
    auto const before = document(state.range(0));
    auto const after = edited(before, "light");
    for (auto _ : state) benchmark::DoNotOptimize(diff(before, after));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(find_differences)->Arg(1)->Arg(100)->Arg(1'000);

void merge_partial(benchmark::State& state) {
    auto target = document(state.range(0));
    Json const partial{{"app0", {{"window", {{"width", 1}}}}}};
    for (auto _ : state) deep_merge(target, partial);
}
BENCHMARK(merge_partial)->Arg(1)->Arg(1'000);

void merge_three_ways(benchmark::State& state) {
    std::optional<Json> const base = document(state.range(0));
    std::optional<Json> const ours = edited(*base, "light");
    std::optional<Json> theirs = base;
    for (auto& entry : *theirs) entry["zoom"] = 2;
    for (auto _ : state) benchmark::DoNotOptimize(merge(base, ours, theirs));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(merge_three_ways)->Arg(1)->Arg(100)->Arg(1'000);

}  // namespace
}  // namespace settings
