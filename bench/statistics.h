#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace settings::bench {

using Clock = std::chrono::steady_clock;

/// The middle one, or 0 of none.
[[nodiscard]] double median(std::vector<double> values);

/// Latencies of one run. Its memory is set aside before the run, so that recording costs the same
/// from first to last; what comes after it is full is counted but not kept.
class Latencies {
  public:
    explicit Latencies(std::size_t capacity) { nanoseconds_.reserve(capacity); }

    void add(Clock::duration latency);

    [[nodiscard]] std::size_t count() const { return count_; }

    /// In microseconds: the latency that this share of the operations, of 1, did not exceed.
    [[nodiscard]] double quantile(double share);

  private:
    std::vector<std::uint32_t> nanoseconds_;
    std::size_t count_ = 0;
};

/// Runs `work` again and again for `time`; its median in microseconds.
template <class Work>
[[nodiscard]] double median_cost(std::chrono::milliseconds time, Work work) {
    constexpr std::size_t kept = 1'000'000;
    Latencies latencies{kept};
    auto const end = Clock::now() + time;
    for (auto before = Clock::now(); before < end;) {
        work();
        auto const after = Clock::now();
        latencies.add(after - before);
        before = after;
    }
    return latencies.quantile(0.5);
}

}  // namespace settings::bench
