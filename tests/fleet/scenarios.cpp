#include "tests/fleet/scenarios.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>

namespace settings::fleet {
namespace {

using namespace std::chrono_literals;

constexpr Time quiet_from = 1h;  ///< the fleet has settled by then
constexpr Time begins = 2h;
constexpr Time watched = 4h;

void is_well(Fleet& fleet) { fleet.service().mood = Mood::well; }

Scenario outage(std::string name, std::string what, Time lasts) {
    return {std::move(name), std::move(what),
            lasts,           [](Fleet& fleet) { fleet.service().mood = Mood::down; },
            is_well,         true};
}

void ask_for_seconds(Fleet& fleet) {
    fleet.service().mood = Mood::asks_for_seconds;
    fleet.service().retry_after = 5min;
}

void ask_for_a_date(Fleet& fleet) {
    fleet.service().mood = Mood::asks_for_a_date;
    fleet.service().date = fleet.now() + 1h;
}

/// Each machine, some time within `span` from now.
void each_within(Fleet& fleet, Time span, void (*deed)(Fleet&, std::size_t)) {
    for (std::size_t machine = 0; machine < fleet.size(); ++machine)
        fleet.at(fleet.now() + fleet.between(0s, span),
                 [machine, deed](Fleet& world) { deed(world, machine); });
}

/// Offices switch on from a quarter to nine to a quarter past; one person in five changes a setting
/// within ten minutes.
void wake(Fleet& fleet, std::size_t machine) {
    fleet.route(machine, true);
    if (fleet.chance()() % 5 != 0) return;
    fleet.at(fleet.now() + fleet.between(0s, 10min),
             [machine](Fleet& world) { world.edit(machine); });
}

void switch_all_off(Fleet& fleet) {
    for (std::size_t machine = 0; machine < fleet.size(); ++machine) fleet.route(machine, false);
}

/// A fifth of all machines stands in one building.
void switch_building(Fleet& fleet, bool is_up) {
    for (std::size_t machine = 0; machine < fleet.size() / 5; ++machine)
        fleet.route(machine, is_up);
}

void spread_poison(Fleet& fleet, unsigned status) {
    fleet.service().poison = status;
    each_within(fleet, 10min,
                [](Fleet& world, std::size_t machine) { world.edit_poison(machine); });
}

/// The seconds [from, to) of a count by seconds that may end earlier.
std::vector<std::uint32_t> seconds_of(Service const& service, Time from, Time to) {
    auto const at = [](Time time) {
        return static_cast<std::size_t>(std::chrono::floor<std::chrono::seconds>(time).count());
    };
    auto counts = service.arrivals();
    counts.resize(std::max(counts.size(), at(to)));
    return {counts.begin() + static_cast<std::ptrdiff_t>(at(from)),
            counts.begin() + static_cast<std::ptrdiff_t>(at(to))};
}

/// Requests a second, minute by minute.
std::vector<double> by_minute(std::vector<std::uint32_t> const& seconds) {
    std::vector<double> minutes;
    for (std::size_t from = 0; from + 60 <= seconds.size(); from += 60) {
        auto const minute = std::span{seconds}.subspan(from, 60);
        minutes.push_back(std::accumulate(minute.begin(), minute.end(), 0.0) / 60);
    }
    return minutes;
}

double highest(auto const& counts) {
    return counts.empty() ? 0 : static_cast<double>(std::ranges::max(counts));
}

/// Looks each minute until nobody waits any more for what was edited before `since`.
void watch_recovery(Fleet& fleet, Time since, std::optional<Time>& recovered) {
    if (fleet.waiting_since(since) == 0) {
        recovered = fleet.now() - since;
        return;
    }
    fleet.at(fleet.now() + 1min,
             [since, &recovered](Fleet& world) { watch_recovery(world, since, recovered); });
}

}  // namespace

std::vector<Scenario> scenarios() {
    auto const nothing = [](Fleet&) {};
    constexpr auto any = std::numeric_limits<double>::max();
    return {
        outage("outage-10min", "nothing answers for 10 minutes", 10min),
        outage("outage-1h", "nothing answers for an hour", 1h),
        outage("outage-6h", "nothing answers for 6 hours", 6h),
        {"retry-after", "503 for an hour, Retry-After: 300", 1h, ask_for_seconds, is_well, true},
        {"retry-date", "503 for an hour, Retry-After: the date of its end", 1h, ask_for_a_date,
         is_well, true},
        {"brown-out", "half of the answers are 503 for an hour, the others take up to 20 s", 1h,
         [](Fleet& fleet) { fleet.service().mood = Mood::browned_out; }, is_well, true},
        {"no-writes", "each write is answered with 500 for an hour, and looks as usual", 1h,
         [](Fleet& fleet) { fleet.service().mood = Mood::takes_no_writes; }, is_well, true},
        {"tokens", "all access tokens expire at once", 1h,
         [](Fleet& fleet) { fleet.service().good_since = 2; }, nothing},
        {"nine", "all machines were off, and are switched on within half an hour", 1h,
         switch_all_off, [](Fleet& fleet) { each_within(fleet, 30min, wake); }},
        {"building", "a fifth of all machines loses its network for 5 minutes", 5min,
         [](Fleet& fleet) { switch_building(fleet, false); },
         [](Fleet& fleet) { switch_building(fleet, true); }},
        {"poison-400", "an update of one app writes a value that is refused with 400", 1h,
         [](Fleet& fleet) { spread_poison(fleet, 400); }, nothing, false, any, any, 0.5},
        {"poison-500", "an update of one app writes a value that is answered with 500", 1h,
         [](Fleet& fleet) { spread_poison(fleet, 500); }, nothing, false, 5, 29},
    };
}

Outcome live_through(Scenario const& scenario, Fleet::Size size) {
    Outcome outcome;
    Fleet fleet{size};
    auto const ends = begins + scenario.lasts;
    fleet.at(begins, scenario.begin);
    fleet.at(ends, [&](Fleet& world) {
        if (scenario.end) scenario.end(world);
        watch_recovery(world, world.now(), outcome.recovered);
    });
    fleet.run_until(ends + watched);

    auto const& service = fleet.service();
    auto const quiet = seconds_of(service, quiet_from, begins);
    auto const after = seconds_of(service, ends, ends + watched);
    outcome.steady =
        std::accumulate(quiet.begin(), quiet.end(), 0.0) / static_cast<double>(quiet.size());
    auto const minutes = by_minute(after);
    outcome.peak_during = highest(by_minute(seconds_of(service, begins, ends))) / outcome.steady;
    outcome.peak_minute = highest(minutes) / outcome.steady;
    outcome.peak_second = highest(after) / outcome.steady;
    outcome.lowest = std::ranges::min(minutes) / outcome.steady;
    outcome.set_aside = fleet.set_aside();
    outcome.curve = by_minute(seconds_of(service, quiet_from, ends + watched));
    for (double& minute : outcome.curve) minute /= outcome.steady;
    return outcome;
}

bool is_as_asked(Scenario const& scenario, Outcome const& outcome, std::size_t machines) {
    auto const share = static_cast<double>(outcome.set_aside) / static_cast<double>(machines);
    return share >= scenario.set_aside && outcome.peak_during <= scenario.most_during &&
           outcome.peak_minute <= scenario.most_after &&
           (!scenario.is_outage || is_gentle(outcome));
}

bool is_gentle(Outcome const& outcome) {
    return outcome.peak_minute <= 2.6 && outcome.peak_second <= 5 &&
           outcome.recovered.value_or(Time::max()) <= 35min;
}

}  // namespace settings::fleet
