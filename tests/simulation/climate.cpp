#include "tests/simulation/climate.h"

#include <array>

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

/// Never, seldom or often.
double rate(Dice& dice, double seldom, double often) {
    return std::array{0.0, seldom, often}[dice.below(3)];
}

Time mean(Dice& dice, Time seldom, Time often) {
    return std::array{Time{0}, seldom, often}[dice.below(3)];
}

void draw_service(Dice& dice, Climate& climate) {
    auto& rules = climate.rules;
    rules.merges_deep = dice.chance(0.5);
    rules.refuses_absent_keys = dice.chance(0.5);
    rules.body_limit = dice.chance(0.3) ? 900 : 0;
    rules.rotates_strictly = dice.chance(0.3);
    rules.refusal = std::array{400U, 400U, 400U, 500U, 403U, 0U}[dice.below(6)];
    rules.stores_the_rest = dice.chance(0.3);
    climate.renewable = dice.chance(0.8);
    climate.web_edits = dice.chance(0.3);
    climate.late_logins = dice.chance(0.2);
    climate.guest = rate(dice, 0.1, 0.4);
}

void draw_requests(Dice& dice, Climate& climate) {
    climate.lose_request = rate(dice, 0.01, 0.05);
    climate.lose_answer = rate(dice, 0.02, 0.08);
    climate.arrive_late = rate(dice, 0.01, 0.05);
    climate.arrive_twice = rate(dice, 0.03, 0.15);
    climate.stray_error = rate(dice, 0.01, 0.05);
    climate.false_yes = rate(dice, 0.005, 0.02);
}

void draw_ills(Dice& dice, Climate& climate) {
    climate.between_server_ills = mean(dice, 120h, 30h);
    climate.between_offline = mean(dice, 48h, 8h);
    climate.between_portals = mean(dice, 120h, 40h);
    climate.between_crashes = mean(dice, 100h, 12h);
    climate.between_reboots = mean(dice, 120h, 24h);
    climate.between_clock_steps = mean(dice, 200h, 40h);
    climate.between_full_disks = mean(dice, 300h, 100h);
    climate.between_revocations = mean(dice, 400h, 100h);
    climate.crash = rate(dice, 0.0005, 0.004);
}

}  // namespace

Climate draw_climate(Dice& dice, std::size_t devices) {
    Climate climate;
    climate.devices = devices > 0 ? devices : std::array{1, 2, 2, 2, 2, 3}[dice.below(6)];
    climate.winner = dice.chance(0.2) ? Winner::remote : Winner::local;
    climate.look_every = std::array<Time, 8>{30min, 2h, 4h, 4h, 6h, 6h, 8h, 8h}[dice.below(8)];
    // Where looks are rare a month costs little; those of the daemon's own pace have all of it.
    climate.look_soonest = climate.look_every > 30min ? climate.look_every : Time{1min};
    climate.between_sleeps = std::array<Time, 4>{0h, 10h, 10h, 40h}[dice.below(4)];
    climate.between_bursts = std::array<Time, 2>{10h, 24h}[dice.below(2)];
    climate.edit_at_step = rate(dice, 0.002, 0.02);
    climate.poison = rate(dice, 0.005, 0.02);
    climate.large = rate(dice, 0.005, 0.02);
    draw_service(dice, climate);
    climate.calm_people = dice.chance(0.3);
    climate.between_oddities = mean(dice, 200h, 50h);
    climate.rules.lag = std::array<Time, 5>{0s, 0s, 0s, 4s, 60s}[dice.below(5)];
    climate.rules.unknown = std::array{"", "", "", "", "n2/b", "f3"}[dice.below(6)];
    climate.rules.drops_empty = dice.chance(0.1);
    bool const is_calm = dice.chance(0.15);
    if (is_calm) return climate;
    draw_requests(dice, climate);
    draw_ills(dice, climate);
    return climate;
}

}  // namespace settings::simulation
