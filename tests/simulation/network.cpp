#include "tests/simulation/network.h"

#include <array>

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Time deadline = 30s;

sync::Answer html() {
    return {200, "text/html", "", "", "", "<html>Please log in to the hotel's network</html>"};
}

Reply lost() {
    return {sync::Failure{sync::Fault::unknown_outcome, "the connection broke before the answer"},
            0};
}

Reply unreachable() { return {sync::Failure{sync::Fault::offline, "cannot reach the server"}, 0}; }

}  // namespace

Network::Network(World& world, Server& server, Climate const& climate, std::size_t devices)
    : world_{world}, server_{server}, climate_{climate}, links_(devices) {}

void Network::send(Call call, Receiver receive) {
    switch (link(call.device)) {
        case Link::up: break;
        case Link::down:
            return world_.after(latency(),
                                [receive = std::move(receive)] { receive(unreachable()); });
        case Link::portal:
            return world_.after(latency(), [receive = std::move(receive)] {
                receive({html(), 0});
            });
        case Link::redirect:
            return world_.after(latency(), [receive = std::move(receive)] {
                receive({sync::Answer{302, "text/html", "", "", "http://portal.example/", ""}, 0});
            });
    }
    if (happens(climate_.lose_request)) return give_up(receive, deadline);
    if (happens(climate_.arrive_late)) {
        give_up(receive, deadline);
        auto const wait = world_.dice().between(deadline, 1h);
        return world_.after(wait, [this, call = std::move(call)] { arrive(call, {}, false); });
    }
    call.comes_twice = happens(climate_.arrive_twice);
    if (call.comes_twice)
        world_.after(world_.dice().between(0s, deadline),
                     [this, call] { arrive(call, {}, false); });
    world_.after(latency(), [this, call = std::move(call), receive = std::move(receive)] {
        arrive(call, receive, true);
    });
}

void Network::arrive(Call const& call, Receiver const& receive, bool answers) {
    if (!answers) {
        (void)handle(call);
        return;
    }
    auto reply = stray(call);
    bool const is_write = call.method == "PUT" || call.method == "DELETE";
    if (!reply && is_write && happens(climate_.false_yes))
        reply = Reply{sync::Answer{200, "application/json", "", "", "", R"({"success":true})"}, 0};
    bool is_promised = reply && is_write && std::get<sync::Answer>(reply->outcome).status == 200;
    if (!reply) {
        auto answer = handle(call);
        is_promised = is_write && answer.status == 200;
        if (answer.status == 0) return give_up(receive, latency());
        // Who is shown an empty document has seen nothing of what is there.
        bool const is_fake = server_.ill() == Server::Ill::empty;
        bool const is_guests = Server::login_of(call.token) == Login::guest;
        auto const& [document, version, has_oddity] = server_.shown(world_.now());
        bool const is_document =
            call.method == "GET" && answer.status == 200 && !is_fake && !is_guests && !has_oddity;
        reply = Reply{std::move(answer), is_fake ? 0 : version};
        if (is_document && world_.dice().chance(0.9)) reply->document = document;
    }
    if (is_promised && promised_) promised_(call);
    if (happens(climate_.lose_answer)) {
        bool const breaks_at_once = world_.dice().chance(0.5);
        return give_up(receive, breaks_at_once ? latency() : deadline - latency());
    }
    world_.after(latency(), [this, device = call.device, receive, reply = *std::move(reply)] {
        receive(link(device) == Link::down ? lost() : reply);
    });
}

sync::Answer Network::handle(Call const& call) {
    bool const is_write = call.method == "PUT" || call.method == "DELETE";
    if (!is_write) return server_.handle(call, world_.now());
    auto const version = server_.version();
    auto const before = server_.document();
    auto answer = server_.handle(call, world_.now());
    if (answer.status == 400) links_.at(call.device).refused = world_.now();
    if (server_.version() != version && observer_) observer_(call, before);
    world_.tell("server", [&] {
        return call.method + " by d" + std::to_string(call.device) + " -> " +
               std::to_string(answer.status) +
               (server_.version() != version ? ", carried out: " : ", not done: ") + call.body;
    });
    return answer;
}

/// An answer that only this request gets. A 400 comes once in a while, as the service's own text
/// for it reads. Not twice in a row, nor while a guilty key is searched for: that would be a
/// statement about the values.
std::optional<Reply> Network::stray(Call const& call) {
    // Nobody repeats a request that was answered with an error.
    if (call.comes_twice || !happens(climate_.stray_error)) return std::nullopt;
    auto& dice = world_.dice();
    auto const json = [](unsigned status) {
        return Reply{sync::Answer{status, "application/json", "", "", "",
                                  R"({"success":false,"message":"That did not work"})"},
                     0};
    };
    switch (dice.below(10)) {
        case 0: {
            auto& port = links_.at(call.device);
            if (world_.now() < port.refused + 12h) return json(500);
            port.refused = world_.now();
            return json(400);
        }
        case 1: return json(401);
        case 2: return json(408);
        case 3: return Reply{sync::Answer{502, "text/html", "", "", "", "<h1>Bad gateway</h1>"}, 0};
        case 4: {
            auto answer = handle(call);  // and the half of it gets lost
            answer.body.resize(answer.body.size() / 2);
            return Reply{std::move(answer), 0};
        }
        case 5: return Reply{html(), 0};
        case 6: return json(200);  // "success": false
        case 7: (void)handle(call); return json(504);
        default: return json(dice.chance(0.9) ? 500 : 418);
    }
}

Time Network::latency() { return world_.dice().between(5ms, 400ms); }

void Network::give_up(Receiver const& receive, Time wait) {
    world_.after(wait, [receive] { receive(lost()); });
}

}  // namespace settings::simulation
