/// Cuts the power of a store at every point of what it does, in many ways, and opens what is left.
/// See docs/reliability.md.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/crash/disk.h"
#include "tests/crash/verdict.h"
#include "tests/crash/workload.h"

namespace settings::crash {
namespace {

struct Options {
    std::size_t images = 20'000;
    unsigned long long seed = 1;
    std::string workload;
    Disk::Kind disk = Disk::Kind::honest;
    Reply reply = Reply::after_commit;
};

constexpr std::size_t shown_faults = 3;

/// The images of one run: each follows after some deed, which they are spread over evenly.
class Images {
  public:
    Images(Run const& run, Options const& options, std::size_t count)
        : run_{run}, options_{options}, count_{count} {}

    /// Judges all of them, on all processors. Returns how many were faulty.
    std::size_t judge() {
        std::vector<std::thread> threads;
        auto const workers = std::max(1U, std::thread::hardware_concurrency());
        for (unsigned n = 0; n < workers; ++n)
            threads.emplace_back(
                [this, n, workers] { judge(count_ * n / workers, count_ * (n + 1) / workers); });
        for (auto& thread : threads) thread.join();
        return faulty_;
    }

  private:
    void judge(std::size_t first, std::size_t end) {
        Disk disk{options_.disk};
        std::size_t done = 0;
        for (auto image = first; image < end; ++image) {
            auto const deeds = 1 + image * run_.trace.size() / count_;
            for (; done < deeds; ++done) disk.carry_out(run_.trace[done]);
            Disk::Chance chance{options_.seed * 1'000'003 + image};
            auto const fault = fault_in(disk.after_power_cut(chance), run_, disk.promised());
            if (fault) report(image, deeds, *fault);
        }
    }

    void report(std::size_t image, std::size_t deeds, std::string const& fault) {
        std::lock_guard const lock{mutex_};
        if (++faulty_ <= shown_faults)
            std::printf("  image %zu, after deed %zu of %zu: %s\n", image, deeds, run_.trace.size(),
                        fault.substr(0, 400).c_str());
    }

    Run const& run_;
    Options const& options_;
    std::size_t const count_;
    std::mutex mutex_;
    std::size_t faulty_ = 0;
};

int cut_the_power(Options const& options) {
    std::vector<Workload> chosen;
    for (auto const& each : workloads())
        if (options.workload.empty() || options.workload == each.name) chosen.push_back(each);

    std::printf("%-12s %8s %8s %8s  %s\n", "workload", "deeds", "images", "faulty", "what it does");
    std::size_t shares = 0;
    for (auto const& each : chosen) shares += each.share;
    std::size_t faulty = 0;
    for (auto const& workload : chosen) {
        auto const run = workload.run(options.reply);
        auto const count = options.images * workload.share / shares;
        auto const found = Images{run, options, count}.judge();
        std::printf("%-12s %8zu %8zu %8zu  %s\n", workload.name, run.trace.size(), count, found,
                    workload.does);
        std::fflush(stdout);
        faulty += found;
    }
    return faulty == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace settings::crash

int main(int argc, char** argv) try {
    using namespace settings::crash;
    Options options;
    bool ignores_flushes = false, replies_early = false;
    CLI::App app{
        "Cuts the power of a store at every point of what it does, in many ways, and opens "
        "what is left."};
    app.add_option("--images", options.images, "how many states of the disk to try, in all");
    app.add_option("--seed", options.seed, "another one makes other images");
    std::vector<std::string> names;
    for (auto const& each : workloads()) names.emplace_back(each.name);
    app.add_option("--workload", options.workload, "one instead of all")
        ->check(CLI::IsMember(names));
    app.add_flag("--disk-ignores-flushes", ignores_flushes, "which has to be noticed");
    app.add_flag("--reply-before-commit", replies_early, "which has to be noticed");
    CLI11_PARSE(app, argc, argv);
    // What is tried is no disk of this machine: its own flushes would only take time.
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", /*overwrite=*/1);
    if (ignores_flushes) options.disk = Disk::Kind::ignores_flushes;
    if (replies_early) options.reply = Reply::before_commit;
    return cut_the_power(options);
} catch (std::exception const& failure) {
    std::fprintf(stderr, "crash-points: %s\n", failure.what());
    return EXIT_FAILURE;
}
