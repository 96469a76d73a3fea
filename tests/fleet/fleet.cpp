#include "tests/fleet/fleet.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace settings::fleet {
namespace {

using namespace std::chrono_literals;

constexpr Time look_every = 30min;
constexpr Time edit_every = 24h;     ///< on average, a machine
constexpr double calls_an_edit = 6;  ///< look, write, and four looks more than there would be else
constexpr Time never = Time::max();

}  // namespace

double quiet_rate(std::size_t machines) {
    using Seconds = std::chrono::duration<double>;
    auto const each = 1 / Seconds{look_every}.count() + calls_an_edit / Seconds{edit_every}.count();
    return static_cast<double>(machines) * each;
}

Fleet::Fleet(Size size, Machine::Options const& options)
    : chance_{size.seed},
      service_{static_cast<std::size_t>(std::ceil(size.capacity * quiet_rate(size.machines)))},
      armed_(size.machines, never) {
    machines_.reserve(size.machines);
    for (std::uint32_t each = 0; each < size.machines; ++each) {
        machines_.emplace_back(options, static_cast<std::uint32_t>(chance_()),
                               between(0s, 24h * 365), true);
        // Machines were started at all times of the day: the first look of each is at its own time.
        armed_[each] = between(0s, look_every);
        push({armed_[each], each, What::wakes});
        push({until_next_edit(), each, What::edits});
    }
}

Time Fleet::between(Time least, Time most) {
    return Time{std::uniform_int_distribution<Time::rep>{least.count(), most.count()}(chance_)};
}

void Fleet::at(Time time, std::function<void(Fleet&)> deed) {
    deeds_.push_back({time, std::move(deed)});
    std::ranges::stable_sort(deeds_, std::ranges::greater{}, &Deed::at);
}

void Fleet::run_until(Time end) {
    while (!queue_.empty() || !deeds_.empty()) {
        auto const next = queue_.empty() ? never : queue_.front().at;
        if (!deeds_.empty() && deeds_.back().at <= std::min(next, end)) {
            auto const deed = std::move(deeds_.back());
            deeds_.pop_back();
            now_ = deed.at;
            deed.what(*this);
            continue;
        }
        if (next > end) break;
        std::ranges::pop_heap(queue_, is_later);
        auto const due = queue_.back();
        queue_.pop_back();
        now_ = due.at;
        happen(due);
    }
    now_ = end;
}

std::size_t Fleet::waiting_since(Time time) const {
    return static_cast<std::size_t>(std::ranges::count_if(machines_, [time](auto const& machine) {
        return machine.waits_since().value_or(time) < time;
    }));
}

std::size_t Fleet::set_aside() const {
    return static_cast<std::size_t>(std::ranges::count_if(machines_, &Machine::is_set_aside));
}

void Fleet::edit(std::size_t machine) {
    machines_[machine].edit(now_);
    rest(static_cast<std::uint32_t>(machine));
}

void Fleet::edit_poison(std::size_t machine) {
    machines_[machine].edit_poison(now_);
    rest(static_cast<std::uint32_t>(machine));
}

void Fleet::route(std::size_t machine, bool is_up) {
    machines_[machine].route(is_up, now_);
    rest(static_cast<std::uint32_t>(machine));
}

void Fleet::push(Due due) {
    queue_.push_back(due);
    std::ranges::push_heap(queue_, is_later);
}

void Fleet::happen(Due const& due) {
    switch (due.what) {
        case What::wakes:
            if (armed_[due.machine] == due.at) armed_[due.machine] = never;
            follow(due.machine, machines_[due.machine].wake(now_));
            return;
        case What::hears: follow(due.machine, machines_[due.machine].hear(due.reply, now_)); return;
        case What::edits:
            edit(due.machine);
            push({now_ + until_next_edit(), due.machine, What::edits});
            return;
    }
}

/// The machine asks the service for something, or rests.
void Fleet::follow(std::uint32_t machine, std::optional<Call> call) {
    if (!call) return rest(machine);
    auto const served = service_.serve(*call, now_, chance_);
    push({now_ + served.latency, machine, What::hears, served.reply});
}

/// A rest that became longer is found out when it ends.
void Fleet::rest(std::uint32_t machine) {
    auto const until = machines_[machine].wakes_at();
    if (!until || *until >= armed_[machine]) return;
    armed_[machine] = std::max(*until, now_);
    push({armed_[machine], machine, What::wakes});
}

/// People edit independently of one another: an exponential distribution.
Time Fleet::until_next_edit() {
    std::exponential_distribution<double> wait{1 / static_cast<double>(edit_every.count())};
    return Time{std::llround(wait(chance_))};
}

}  // namespace settings::fleet
