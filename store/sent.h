#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/exchange.h"
#include "store/document.h"
#include "store/sqlite.h"

namespace settings::store {

/// A value of ours that a request may still bring to the server, or that may yet be undone there.
struct SentValue {
    enum class State {
        flying,      ///< marked before the first byte; no answer yet
        lost,        ///< the answer never came: the server may carry it out at any later time
        accepted,    ///< the server said yes, and no later look has shown that it stands
        superseded,  ///< a newer value was accepted soon after it; a proxy may repeat the old one
    };

    State state = State::flying;
    std::optional<Json> before;  ///< what the server was known to hold then
    std::optional<Json> value;   ///< nothing means that the key was to be removed
    Time at{};                   ///< when it came into that state
    bool again = false;          ///< it was defended, or is what was sent again to defend it
};

/// What requests of ours may still bring about at the server, key by key: at most eight values a
/// key, the newest. Runs inside a transaction that the caller holds. Throws SqliteError.
class Sent {
  public:
    explicit Sent(Connection& connection);

    [[nodiscard]] std::vector<SentValue> of(std::string const& key);

    /// A request with the key's local value is about to go out. Marked `again` when that very
    /// value was defended before.
    void take_off(Pending const& pending, Time now);

    void accepted(std::string const& key, Time now);

    /// The server answered that it did not carry it out: of one key, or of all.
    void refused(std::string const& key);
    void refused();

    // What a look at the server shows.

    /// A key has come to hold `theirs`: of what was in doubt, exactly that has arrived.
    void arrived(std::string const& key, std::optional<Json> const& theirs, Time now);

    /// Another device's edits were taken over: what the server had accepted from us at these
    /// leaves is no longer ours to defend.
    void give_up(Touched const& taken);

    /// What was accepted was trodden on and goes out again: once, and not a second time.
    void defended(std::string const& key);

    /// Ages all rows once the look is over.
    void looked(Time now);

    /// When the next look is due that no look has yet been late enough for.
    [[nodiscard]] std::optional<Time> look_at();

  private:
    Statement of_;
    Statement take_off_;
    Statement trim_;
    Statement supersede_;
    Statement accepted_;
    Statement refused_;
    Statement all_refused_;
    Statement is_flying_;
    Statement late_arrived_;
    Statement rewrite_;
    Statement defended_;
    Statement lose_;
    Statement drop_lost_twins_;
    Statement drop_old_lost_;
    Statement drop_proven_;
    Statement mark_looked_;
    Statement look_at_;
};

}  // namespace settings::store
