#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/exchange.h"
#include "store/sent_value.h"
#include "store/setting.h"
#include "store/sqlite.h"

namespace settings::store {

/// Forgets what is known of requests about each key whose setting was lost, as by damage: by the
/// last one that was accepted the server has a value, which would look like one that was removed
/// here. For a store that is about to be used, in a transaction or not. Throws SqliteError.
void forget_requests_of_lost_settings(Connection& connection);

/// What requests of ours may still bring about at the server, key by key: at most sixteen values a
/// key, the newest, and the oldest of those that no look has shown, which tells what was there
/// before. Runs inside a transaction that the caller holds. Throws SqliteError.
///
/// The life of a value; "gone" means that there is no row of it, because nothing is in doubt:
///
///     event      a value that is                        becomes
///     ---------  -------------------------------------  ------------------------------------------
///     take_off   new                                    flying
///     accepted   accepted, and younger than 2 min       superseded, from now on
///                flying, and answered within 2 min      superseded, from now on
///                flying                                 accepted; gone, if it was answered before
///     answered   flying                                 flying, until no look may lag behind it
///     lost       flying, and not answered               lost
///     arrived    flying, and what the server has        accepted, as by accepted(); gone, if it
///                                                       was answered before
///                lost, and what the server has          gone, unless one that is flying or was
///                                                       accepted explains it
///     looked     accepted or superseded, and older      gone, unless sent once more and not yet
///                than a replica may lag behind          accepted
///                lost for over 2 h                      gone
///                flying, and not answered               lost
///                flying, and answered longer ago than   gone
///                a replica may lag behind
///                lost, and equal to a newer lost one    gone
///
/// give_up() and send_once_more() change accepted and superseded values and leave them in their
/// state.
class Sent {
  public:
    explicit Sent(Connection& connection);

    /// SQL for the keys of which a value was sent once more and no look has shown it since.
    [[nodiscard]] static std::string keys_not_kept();

    /// SQL for the keys of which the last look showed an older state than the server accepted.
    [[nodiscard]] static std::string keys_lagging();

    /// Oldest first.
    [[nodiscard]] std::vector<SentValue> of(std::string const& key);

    /// A request with the key's local value is about to go out. The value is marked `again` when it
    /// equals one that is to be sent once more.
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
    void arrived(std::string const& key, SharedText const& theirs, Time now);

    /// Another device's edits were taken over. At the leaves that they changed, what the server had
    /// accepted from us is no longer defended.
    void give_up(Touched const& taken);

    /// The server does not have what it had accepted from us, and ours goes out again. That happens
    /// once: the value is marked `again`.
    void send_once_more(std::string const& key);

    /// The look is over; comes after all of the above. At all keys but the `unseen` ones it showed
    /// what the server had accepted from us. It may have shown a state that is older by `lag`.
    void looked(Time now, std::set<std::string> const& unseen, Time lag);

    /// The look showed no document: what is flying and was not answered is lost.
    void missed(Time now);

    /// The look that is over showed a key as it was before the server accepted ours, and may have
    /// lagged behind. Stands until the next look.
    void lags_behind(std::string const& key);

    /// When the next look is due. Nothing when each value was already looked at late enough.
    [[nodiscard]] std::optional<Time> look_at();

  private:
    void accept(std::string const& key, Time now);

    struct TakeOff {
        explicit TakeOff(Connection& connection);
        Statement insert, trim;
    };
    struct Accepted {
        explicit Accepted(Connection& connection);
        Statement drop_twins, supersede_answered, drop_answered, supersede, accept;
    };
    struct Failed {
        explicit Failed(Connection& connection);
        Statement drop_twins, answered, lose, drop;
    };
    struct Arrived {
        explicit Arrived(Connection& connection);
        Statement is_flying, drop_lost;
    };
    struct Looked {
        explicit Looked(Connection& connection);
        Statement unseen, see, drop_proven, mark_looked, drop_old, drop_answered, lose, drop_twins;
    };

    Statement of_;
    TakeOff take_off_;
    Accepted accepted_;
    Failed failed_;
    Arrived arrived_;
    Statement rewrite_;
    Statement send_once_more_;
    Looked looked_;
    Statement lags_behind_;
    Statement look_at_;
};

}  // namespace settings::store
