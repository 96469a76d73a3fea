#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/exchange.h"
#include "store/sent_value.h"
#include "store/setting.h"
#include "store/sqlite.h"

namespace settings::store {

/// What requests of ours may still bring about at the server, key by key: at most eight values a
/// key, the newest. Runs inside a transaction that the caller holds. Throws SqliteError.
///
/// The life of a value; "gone" means that there is no row of it, because nothing is in doubt:
///
///     event      a value that is                        becomes
///     ---------  -------------------------------------  ------------------------------------------
///     take_off   new                                    flying
///     accepted   accepted, less than 2 min ago          superseded
///                flying                                 accepted; gone, if it was answered before
///     answered   flying                                 flying, until the next look has ended
///     lost       flying, and not answered               lost
///     arrived    flying, and what the server has        accepted, with all that accepted() does
///                lost, and what the server has          gone, unless a flying one explains it
///     looked     accepted or superseded for a minute    gone, unless defended and still to be sent
///                lost for over 2 h                      gone
///                flying                                 lost; gone, if it was answered
///                lost, and equal to a newer lost one    gone
///
/// give_up() and defended() change accepted and superseded values and leave them in their state.
class Sent {
  public:
    explicit Sent(Connection& connection);

    /// Oldest first.
    [[nodiscard]] std::vector<SentValue> of(std::string const& key);

    /// A request with the key's local value is about to go out. The value is marked `again` when it
    /// equals one that was defended.
    void take_off(Pending const& pending, Time now);

    void accepted(std::string const& key, Time now);

    /// The server said no to what is flying, and may have stored a part of it all the same.
    void answered();

    /// No answer came to what is flying of the key.
    void lost(std::string const& key, Time now);

    /// Nothing that is flying was sent.
    void drop_flying();

    // What a look at the server shows.

    /// The server has come to hold `theirs` at a key.
    void arrived(std::string const& key, std::optional<Json> const& theirs, Time now);

    /// Another device's edits were taken over. At the leaves that they changed, what the server had
    /// accepted from us is no longer defended.
    void give_up(Touched const& taken);

    /// Another device had undone what the server had accepted from us, and ours goes out again.
    /// That happens once: the value is marked `again`.
    void defended(std::string const& key);

    /// The look is over; comes after all of the above.
    void looked(Time now);

    /// When the next look is due. Nothing when each value was already looked at late enough.
    [[nodiscard]] std::optional<Time> look_at();

  private:
    struct TakeOff {
        explicit TakeOff(Connection& connection);
        Statement insert, drop_twins, trim;
    };
    struct Accepted {
        explicit Accepted(Connection& connection);
        Statement drop_answered, supersede, accept;
    };
    struct Failed {
        explicit Failed(Connection& connection);
        Statement answered, lose, drop;
    };
    struct Arrived {
        explicit Arrived(Connection& connection);
        Statement is_flying, drop_lost;
    };
    struct Looked {
        explicit Looked(Connection& connection);
        Statement drop_proven, mark_looked, drop_old, drop_answered, lose, drop_twins;
    };

    Statement of_;
    TakeOff take_off_;
    Accepted accepted_;
    Failed failed_;
    Arrived arrived_;
    Statement rewrite_;
    Statement defended_;
    Looked looked_;
    Statement look_at_;
};

}  // namespace settings::store
