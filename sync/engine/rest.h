#pragma once

#include "model/time.h"

namespace settings::sync {

/// Why the engine rests until a time.
enum class Rest {
    due,          ///< nothing: a round begins at once
    idle,         ///< all is synced; the time is that of the next look for remote changes
    verify,       ///< all is synced; a look is due at what became of something sent
    retry,        ///< all else is synced; a key that was set aside is tried again
    debounce,     ///< an edit waits for its neighbours
    backoff,      ///< the last attempt failed
    retry_after,  ///< the server asked for so much patience
    budget,       ///< too many requests lately
    offline,      ///< no route leads to the server; the time is that of a try in spite of that
    login,        ///< no token that the server accepts; the time is that of another try
    review,       ///< the server's document lost too much; a person decides
    account,      ///< the token is another account's, or of another server; a person decides
    stopped,  ///< the server says that there is nothing for us; looked at again, ever more rarely
};

/// The enumerator as a word, for programs and logs.
[[nodiscard]] char const* name_of(Rest why);

/// Whether another token may bring on what is waited for: nothing is known to be synced, and nobody
/// is known to be refused, before a look with it.
[[nodiscard]] bool may_end_with_a_token(Rest why);

/// Whether the rest is for a person, who has to do something first.
[[nodiscard]] bool needs_a_person(Rest why);

/// A wait for a time, which hints may move.
struct Resting {
    Time until;
    Rest why;

    bool operator==(Resting const&) const = default;
};

}  // namespace settings::sync
