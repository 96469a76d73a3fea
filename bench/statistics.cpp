#include "bench/statistics.h"

#include <algorithm>
#include <limits>

namespace settings::bench {

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

void Latencies::add(Clock::duration latency) {
    ++count_;
    if (nanoseconds_.size() == nanoseconds_.capacity()) return;
    auto const value = std::chrono::duration_cast<std::chrono::nanoseconds>(latency).count();
    constexpr auto most = std::numeric_limits<std::uint32_t>::max();
    nanoseconds_.push_back(value > most ? most : static_cast<std::uint32_t>(value));
}

double Latencies::quantile(double share) {
    if (nanoseconds_.empty()) return 0;
    auto const last = static_cast<double>(nanoseconds_.size() - 1);
    auto const place = nanoseconds_.begin() + static_cast<std::ptrdiff_t>(share * last);
    std::nth_element(nanoseconds_.begin(), place, nanoseconds_.end());
    return *place / 1000.0;
}

}  // namespace settings::bench
