#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <semaphore>
#include <stdexcept>
#include <string>

#include "bench/stock.h"
#include "store/reader.h"
#include "store/view.h"
#include "store/writer.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;

/// A folder on a real disk (where /tmp may be memory, /var/tmp is not), removed with all it holds.
class Folder {
  public:
    Folder() {
        std::string name = "/var/tmp/settings-store-bench.XXXXXX";
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder in /var/tmp"};
        path_ = name;
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;

    [[nodiscard]] fs::path file() const { return path_ / "settings.db"; }

  private:
    fs::path path_;
};

/// A filled store and its writer. The writer's thread is the loop as well: nothing else runs.
class Fixture {
  public:
    explicit Fixture(bench::Stock stock) {
        bench::fill_store(folder_.file(), stock);
        Writer::Options options;
        options.retention = bench::retention_of(stock);
        writer_.emplace(
            folder_.file(), [](std::function<void()> const& task) { task(); },
            [this](Commit const&) { ++commits_; }, options);
    }

    void submit(Writer::Work work) {
        writer_->submit(std::move(work), [this](Result<void> const& outcome) {
            if (!outcome) std::abort();
            done_.release();
        });
    }
    void edit(std::int64_t key) {
        Patch patch{{{bench::key_name(key), ++value_}}};
        submit([patch = std::move(patch)](Ledger& ledger) -> Result<void> {
            auto const saved = ledger.apply(patch, "1000");
            if (!saved) return saved.error();
            return {};
        });
    }
    void wait() { done_.acquire(); }

    /// Fills the write-ahead log up to its first checkpoint, from where on it no longer grows.
    void warm_up(std::int64_t keys) {
        for (std::int64_t count = 0; count < 500; ++count) {
            edit(count % keys);
            wait();
        }
        commits_ = 0;
    }

    [[nodiscard]] double commits() const { return commits_; }
    [[nodiscard]] Commit document() const { return Reader{folder_.file()}.document(); }

  private:
    Folder folder_;
    int commits_ = 0;  ///< the writer's thread's; read while it waits for work
    std::int64_t value_ = 0;
    std::counting_semaphore<> done_{0};
    std::optional<Writer> writer_;
};

/// Edits in groups of range(0) that are queued at once.
void edit_durably(benchmark::State& state, bench::Stock stock) {
    Fixture store{stock};
    store.warm_up(stock.keys);
    std::int64_t key = 0;
    for (auto _ : state) {
        for (std::int64_t count = 0; count < state.range(0); ++count)
            store.edit(++key % stock.keys);
        for (std::int64_t count = 0; count < state.range(0); ++count) store.wait();
    }
    auto const edits = state.iterations() * state.range(0);
    state.SetItemsProcessed(edits);
    state.counters["edits_per_commit"] = static_cast<double>(edits) / store.commits();
}
BENCHMARK_CAPTURE(edit_durably, 10_keys, bench::Stock{.keys = 10})->Arg(1)->Arg(32)->UseRealTime();
BENCHMARK_CAPTURE(edit_durably, 10000_keys, bench::Stock{.keys = 10'000})
    ->Arg(1)
    ->Arg(32)
    ->UseRealTime();
BENCHMARK_CAPTURE(edit_durably, 1000000_rows, bench::Stock{.keys = 10, .rows = 1'000'000})
    ->Arg(1)
    ->Arg(32)
    ->Iterations(5'000)
    ->UseRealTime();

/// A look at the server that finds nothing new.
void reconcile_unchanged(benchmark::State& state) {
    Fixture store{{.keys = state.range(0)}};
    store.warm_up(state.range(0));
    Look look;
    for (auto const& change : store.document().changes)
        look.remote.set(change.key, parse_json(*change.text).value());
    for (auto _ : state) {
        store.submit([&look](Ledger& ledger) -> Result<void> {
            benchmark::DoNotOptimize(ledger.mirror().reconcile(look, Time{0}));
            return {};
        });
        store.wait();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(reconcile_unchanged)->Arg(1'000)->UseRealTime();

void render_view(benchmark::State& state) {
    View view;
    view.apply(Fixture{{.keys = state.range(0)}}.document());
    std::string text;
    for (auto _ : state) {
        text.clear();
        view.append_to(text);
        benchmark::DoNotOptimize(text.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(render_view)->Arg(1'000);

}  // namespace
}  // namespace settings::store
