#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/json.h"
#include "model/time.h"

namespace settings::store {

/// A value of ours that a request may still bring to the server, or that may yet be undone there.
/// How it goes from state to state is in sent.h.
struct SentValue {
    enum class State {
        flying,      ///< marked before the first byte; no answer yet
        lost,        ///< the answer never came: the server may carry it out at any later time
        accepted,    ///< the server said yes; a look has to show it, and that it stands
        superseded,  ///< a newer value was accepted soon after it, or after it was refused; a
                     ///< proxy may repeat the old one
    };

    State state = State::flying;
    std::optional<Json> before;  ///< what the server was known to hold when the request went out
    std::optional<Json> value;   ///< nothing means that the key was to be removed
    Time at{};                   ///< when the value came into its state
    bool again = false;          ///< the value was sent once more, or is what was sent once more
    bool seen = false;           ///< a look has shown it at the server
    bool proven = false;         ///< a look has shown it a minute after, or later
    bool lagging = false;        ///< the last look showed what was there before it
    std::int64_t id = 0;         ///< number of its row; a newer value has a higher one

    [[nodiscard]] bool was_accepted() const {
        return state == State::accepted || state == State::superseded;
    }
};

/// The name of a state in the store.
[[nodiscard]] std::string_view name_of(SentValue::State state);

/// The inverse of name_of(), for the four names that a store can hold.
[[nodiscard]] SentValue::State state_named(std::string_view name);

}  // namespace settings::store
