#pragma once

#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "tests/simulation/server.h"
#include "tests/simulation/world.h"

namespace settings::simulation {

/// What a sender hears of its request: an answer, or why there is none.
struct Reply {
    std::variant<sync::Answer, sync::Failure> outcome;
    std::uint64_t read = 0;             ///< version of the server's document when it answered
    std::optional<Json> document = {};  ///< the answer to a GET, as read; most are not read anew
};

/// What lies between the devices and the server: requests take time, get lost on either way,
/// arrive late or twice, or end in a captive portal.
class Network {
  public:
    enum class Link { up, down, portal, redirect };

    /// Hears of each write that the server carried out, right after it.
    using Observer = std::function<void(Call const&, Json const& before)>;

    Network(World& world, Server& server, Climate const& climate, std::size_t devices);

    using Receiver = std::function<void(Reply)>;

    /// Carries one request; `receive` runs exactly once, within 30 s.
    void send(Call call, Receiver receive);

    [[nodiscard]] Link link(std::size_t device) const { return links_.at(device).state; }
    void set_link(std::size_t device, Link link) { links_.at(device).state = link; }

    void observe(Observer observer) { observer_ = std::move(observer); }

    /// Hears of each write that is about to be answered with success, whether or not it was done.
    void observe_promises(std::function<void(Call const&)> observer) {
        promised_ = std::move(observer);
    }

    /// From now on nothing goes wrong; what is late still arrives.
    void calm_down() { faulty_ = false; }

  private:
    struct Port {
        Link state = Link::up;
        Time refused = -std::chrono::hours{24};  ///< when its last 400 was, of any kind
    };

    void arrive(Call const& call, Receiver const& receive, bool answers);
    [[nodiscard]] sync::Answer handle(Call const& call);
    [[nodiscard]] std::optional<Reply> stray(Call const& call);
    [[nodiscard]] bool happens(double probability) {
        return faulty_ && world_.dice().chance(probability);
    }
    [[nodiscard]] Time latency();
    void give_up(Receiver const& receive, Time wait);

    World& world_;
    Server& server_;
    Climate const& climate_;
    std::vector<Port> links_;
    Observer observer_;
    std::function<void(Call const&)> promised_;
    bool faulty_ = true;
};

}  // namespace settings::simulation
