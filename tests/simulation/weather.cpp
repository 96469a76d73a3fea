#include "tests/simulation/weather.h"

#include <array>

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

Network::Link any_portal(Dice& dice) {
    return dice.chance(0.5) ? Network::Link::portal : Network::Link::redirect;
}

}  // namespace

Weather::Weather(World& world, Server& server, Oracle& oracle, Climate const& climate,
                 Devices& devices)
    : world_{world}, server_{server}, oracle_{oracle}, climate_{climate}, devices_{devices} {
    befall_server();
    for (auto& device : devices_) befall(*device);
}

void Weather::recur(Time mean, std::function<void()> const& deed) {
    if (mean == Time{0}) return;
    world_.after(world_.dice().about(mean), [this, mean, deed] {
        if (is_clear_) return;
        deed();
        recur(mean, deed);
    });
}

void Weather::befall_server() {
    recur(climate_.between_server_ills, [this] { fall_ill(); });
    if (climate_.web_edits) recur(30h, [this] { edit_from_the_web(); });
    recur(climate_.between_oddities, [this] {
        server_.hold_oddity(true);
        world_.after(world_.dice().about(20h), [this] { server_.hold_oddity(false); });
    });
    if (climate_.poison == 0 || world_.dice().chance(0.7)) return;
    world_.after(world_.dice().between(0h, 24h * 20), [this] { server_.poison().insert("n1"); });
}

void Weather::befall(Device& device) {
    auto& dice = world_.dice();
    recur(climate_.between_offline, [&] {
        lose_link(device, Network::Link::down,
                  dice.about(dice.chance(0.5) ? Time{5min} : Time{8h}));
    });
    // A link that goes up and down every few seconds.
    recur(climate_.between_offline == Time{0} ? 0h : 1'000h, [&] {
        for (Time wait = 0s; wait < 40min; wait += 5s)
            world_.after(wait, [&] { lose_link(device, Network::Link::down, 1s); });
    });
    recur(climate_.between_portals,
          [&] { lose_link(device, any_portal(dice), dice.about(20min)); });
    recur(climate_.between_crashes, [&] { device.crash("by itself"); });
    recur(climate_.between_crashes * 20, [&] {
        for (Time wait = 0s; wait < 10s; wait += 1s)
            world_.after(wait, [&] { device.crash("again and again"); });
    });
    recur(climate_.between_reboots,
          [&] { device.reboot(dice.about(dice.chance(0.8) ? Time{2min} : Time{40h})); });
    recur(climate_.between_clock_steps, [&] {
        constexpr std::array<Time, 5> steps{0h, -24h * 365 * 3, 24h * 365 * 10, -40min, 40min};
        device.step_clock(dice.one_of(steps));
    });
    recur(climate_.between_full_disks, [&] {
        device.fill_disk(true);
        world_.after(dice.about(30min), [&] { device.fill_disk(false); });
    });
    recur(climate_.between_sleeps, [&] { sleep(device); });
    recur(climate_.between_revocations, [&] {
        server_.revoke(device.wallet().grant().access,
                       dice.chance(0.3) ? device.wallet().grant().refresh : "");
    });
}

void Weather::fall_ill() {
    using Ill = Server::Ill;
    constexpr std::array ills{Ill::errors,  Ill::errors,      Ill::unavailable, Ill::hasty,
                              Ill::refuses, Ill::forbids,     Ill::misses,      Ill::gateway,
                              Ill::empty,   Ill::unauthorized};
    if (server_.ill() != Ill::none) return;
    auto const ill = world_.dice().one_of(ills);
    auto const for_long = world_.dice().about(world_.dice().chance(0.7) ? Time{10min} : Time{2h});
    world_.tell("server", [&] { return name_of(ill) + (" for " + clock_face(for_long)); });
    server_.fall_ill(ill);
    if (ill == Ill::refuses) oracle_.refuses_everything_until(world_.now() + for_long);
    world_.after(for_long, [this] {
        server_.fall_ill(Ill::none);
        world_.tell("server", [] { return "is well"; });
    });
}

/// Another client of the account, one that knows nothing of devices. Where people remove little, it
/// sends the members beside its own as well, in case the server replaces the whole key.
void Weather::edit_from_the_web() {
    auto const before = server_.document();
    auto const stamp = "web-" + std::to_string(++web_edits_);
    auto& dice = world_.dice();
    constexpr std::array keys{"n0", "n2", "n3"};
    if (climate_.calm_people || dice.chance(0.7)) {
        std::string const key = dice.one_of(keys);
        auto value = climate_.calm_people ? before.value(key, Json{}) : Json{};
        if (!value.is_object()) value = Json::object();
        value[dice.chance(0.5) ? "a" : "b"] = stamp;
        server_.put({{key, std::move(value)}}, world_.now());
    } else {
        server_.erase(dice.one_of(keys) + std::string{".a"}, world_.now());
    }
    world_.tell("web", [&] { return "writes; now " + server_.document().dump(); });
    Call call;
    call.device = devices_.size();
    call.read = server_.version();
    oracle_.wrote(call, before);
}

void Weather::lose_link(Device& device, Network::Link link, Time for_long) {
    device.set_link(link);
    world_.after(for_long, [&device] { device.set_link(Network::Link::up); });
}

void Weather::sleep(Device& device) {
    auto& dice = world_.dice();
    device.suspend();
    auto const for_long = dice.chance(0.05) ? dice.about(60h) : dice.about(8h);
    world_.after(for_long, [&device] { device.resume(); });
}

void Weather::clear_up() {
    is_clear_ = true;
    server_.fall_ill(Server::Ill::none);
    server_.poison().clear();
    server_.hold_oddity(false);
    server_.keep_everything();
    for (auto& device : devices_) {
        device->calm_down();
        device->fill_disk(false);
        device->set_link(Network::Link::up);
        device->resume();
        device->power_on();
        device->start();
    }
}

}  // namespace settings::simulation
