#pragma once

#include <algorithm>
#include <utility>

#include "sync/engine/token_state.h"
#include "tests/simulation/server.h"

namespace settings::simulation {

/// The device's tokens, as a file that outlives the daemon. Tells the engine what it may know.
class Wallet {
  public:
    /// Another pair is durable; the old one is gone.
    void keep(Grant grant) {
        grant_ = std::move(grant);
        ++generation_;
    }

    [[nodiscard]] Grant const& grant() const { return grant_; }
    [[nodiscard]] std::uint64_t generation() const { return generation_; }

    /// Whose the token is, as it says itself.
    [[nodiscard]] Owner owner() const {
        bool const is_guests = Server::login_of(grant_.access) == Login::guest;
        return {"https://server.example", {{"sub", is_guests ? "guest" : "home"}}};
    }

    /// Asks the server for the next pair.
    [[nodiscard]] sync::Request renewal() const {
        return {"POST", refresh_target, to_text({{"refreshToken", grant_.refresh}})};
    }

    /// `wall` is the device's own wall clock, which may be wrong; so the time of renewal may be.
    [[nodiscard]] sync::TokenState state(Time wall, Time clock) const {
        sync::TokenState state;
        state.generation = grant_.access.empty() ? 0 : generation_;
        state.renewable = !grant_.refresh.empty();
        if (grant_.access.empty()) state.missing = "nobody has logged in";
        if (state.renewable) {
            auto const left = std::clamp<Time>(grant_.expires - wall, Time{0}, whole_life);
            state.renew_at = clock + left - std::min(left, early);
        }
        return state;
    }

  private:
    static constexpr Time whole_life = std::chrono::hours{1};
    static constexpr Time early = std::chrono::minutes{5};

    Grant grant_;
    std::uint64_t generation_ = 0;
};

}  // namespace settings::simulation
