#pragma once

#include <string>

#include "model/winner.h"
#include "tests/simulation/dice.h"

namespace settings::simulation {

/// What the service's documentation leaves open.
struct Rules {
    bool merges_deep = true;           ///< of PUT; otherwise each top-level key is replaced whole
    bool refuses_absent_keys = false;  ///< of DELETE
    std::size_t body_limit = 0;        ///< of PUT, above which it answers 413; 0 is none
    bool rotates_strictly = false;     ///< a refresh token that was used once is worth nothing
    unsigned refusal = 400;            ///< of a value that it refuses; 0: the connection breaks
    bool stores_the_rest = false;      ///< of a PUT that it refuses
    Time lag{0};                       ///< a GET shows the state of so long ago
    std::string unknown = {};          ///< path of a member that it accepts and does not keep
    bool drops_empty = false;          ///< so too each null and each empty object
};

/// What sort of world a seed makes: how many devices there are, and how much goes wrong. A mean of
/// zero means that it never happens. Some worlds are calm, so that promptness can be seen there.
struct Climate {
    std::size_t devices = 2;
    Rules rules;
    Winner winner = Winner::local;
    Time look_every{};
    Time look_soonest{};       ///< right after a change
    bool renewable = true;     ///< otherwise the tokens live for long and a person brings new ones
    bool web_edits = false;    ///< another client of the account writes straight to the server
    bool late_logins = false;  ///< people log in for the first time when apps have long written
    double guest = 0;          ///< of a login: somebody logs in with another account
    bool calm_people = false;  ///< they change most settings now and then, and remove few

    // Of one request.
    double lose_request = 0;
    double lose_answer = 0;
    double arrive_late = 0;   ///< up to an hour, long after the sender gave up
    double arrive_twice = 0;  ///< the second time within half a minute
    double stray_error = 0;   ///< a 4xx or 5xx, or half an answer, for this one only
    double false_yes = 0;     ///< of a write: 200, and nothing was done

    // Of one step of a device's sync.
    double crash = 0;
    double edit_at_step = 0;

    // Means between two of a kind.
    Time between_server_ills{};
    Time between_oddities{};  ///< another client writes a value that no strict reader takes
    Time between_offline{};
    Time between_portals{};
    Time between_crashes{};
    Time between_reboots{};
    Time between_clock_steps{};
    Time between_full_disks{};
    Time between_sleeps{};
    Time between_bursts{};  ///< of edits, on one device
    Time between_revocations{};

    double poison = 0;  ///< of an edit: a value that the server refuses
    double large = 0;
};

[[nodiscard]] Climate draw_climate(Dice& dice, std::size_t devices);

}  // namespace settings::simulation
