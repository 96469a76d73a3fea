#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "sync/engine/engine.h"

namespace settings::fleet {

/// What a machine asks the service for.
struct Call {
    enum class Kind { look, put, renew };
    Kind kind = Kind::look;
    bool has_poison = false;       ///< a PUT with the value that the service chokes on
    std::uint64_t generation = 0;  ///< of the access token
};

/// What comes back, if anything does.
struct Reply {
    unsigned status = 200;  ///< 0 when no connection was made
    std::optional<Time> retry_after = {};
};

/// One machine of the fleet: the product's engine, and a store of two settings that is always quick
/// and never full. Its clock began at another time than those of the others.
class Machine {
  public:
    using Options = sync::Options;

    Machine(Options const& options, std::uint32_t seed, Time clock, bool is_online);

    // Each takes the time of the world.

    /// Goes on if the rest is over. What the machine asks for next, if it does.
    [[nodiscard]] std::optional<Call> wake(Time now);
    [[nodiscard]] std::optional<Call> hear(Reply const& reply, Time now);
    void edit(Time now);
    void edit_poison(Time now);
    void route(bool is_up, Time now);

    /// When the rest that is under way ends; nothing while an answer is awaited.
    [[nodiscard]] std::optional<Time> wakes_at() const;

    /// When the oldest edit was made that the service does not have.
    [[nodiscard]] std::optional<Time> waits_since() const { return waits_since_; }
    [[nodiscard]] bool is_set_aside() const { return poison_ == Poison::set_aside; }

  private:
    enum class Poison { none, pending, set_aside };

    [[nodiscard]] Time clock(Time now) const { return now + clock_; }
    [[nodiscard]] std::optional<Call> feed(sync::Event event, Time now);
    [[nodiscard]] sync::Event in_store(sync::StoreEffect const& effect, Time now);
    [[nodiscard]] Call call_for(sync::Effect const& effect) const;
    [[nodiscard]] sync::Event event_for(Reply const& reply) const;
    [[nodiscard]] Backlog backlog() const;
    [[nodiscard]] Batch pending() const;

    Time clock_;
    sync::Engine engine_;
    std::uint64_t generation_ = 1;
    Call asked_;
    unsigned edits_ = 0;             ///< made so far
    unsigned edits_sent_ = 0;        ///< made before the batch that is under way
    unsigned edits_at_service_ = 0;  ///< made before the last batch that was accepted
    Poison poison_ = Poison::none;
    std::optional<Time> waits_since_;
    std::optional<Time> look_at_;
};

}  // namespace settings::fleet
