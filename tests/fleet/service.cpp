#include "tests/fleet/service.h"

#include <algorithm>

namespace settings::fleet {
namespace {

using namespace std::chrono_literals;

Time between(Time least, Time most, std::minstd_rand& chance) {
    return Time{std::uniform_int_distribution<Time::rep>{least.count(), most.count()}(chance)};
}

}  // namespace

Service::Served Service::serve(Call const& call, Time now, std::minstd_rand& chance) {
    auto const second = std::chrono::floor<std::chrono::seconds>(now).count();
    arrivals_.resize(static_cast<std::size_t>(second) + 1);
    ++arrivals_.back();
    auto const is_slow = mood == Mood::browned_out;
    auto const latency = is_slow ? between(2s, 20s, chance) : between(20ms, 200ms, chance);
    return {answer(call, now, chance), latency};
}

Reply Service::answer(Call const& call, Time now, std::minstd_rand& chance) const {
    if (mood == Mood::down) return {.status = 0};
    if (mood == Mood::asks_for_seconds) return {503, retry_after};
    if (mood == Mood::asks_for_a_date) return {503, std::max<Time>(date - now, 0s)};
    if (mood == Mood::browned_out && chance() % 2 == 0) return {.status = 503};
    if (is_overloaded()) return {.status = 503};
    if (mood == Mood::takes_no_writes && call.kind == Call::Kind::put) return {.status = 500};
    if (call.kind == Call::Kind::renew) return {};
    if (call.generation < good_since) return {.status = 401};
    if (call.has_poison) return {.status = poison};
    return {};
}

}  // namespace settings::fleet
