#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/path.h"
#include "model/texts.h"

namespace settings {
inline namespace model {

/// What becomes of two documents that have no common past: this device's, and that of an account.
enum class Meeting {
    hold,     ///< nothing yet: a person decides first
    merge,    ///< leaf by leaf; where both have one, the account's stays and ours is a conflict
    account,  ///< the account's document is taken over; ours is in the history
    device,   ///< leaf by leaf; where both have one, ours stays and the account's is a conflict
};

/// The enumerator as a word, for the API and for the store.
[[nodiscard]] char const* name_of(Meeting meeting);

/// The Meeting of that name; nothing when there is none.
[[nodiscard]] std::optional<Meeting> meeting_named(std::string_view name);

/// Keys that a Meeting is not for: of these the account's value is taken over, or this device's
/// stays, as the Meeting of that name has it.
struct Exceptions {
    std::set<std::string> account;
    std::set<std::string> device;
    /// Encounter::values of these keys; where the account has other ones the person saw another
    /// document.
    std::map<std::string, std::size_t> shown = {};

    [[nodiscard]] bool are_none() const { return account.empty() && device.empty(); }

    bool operator==(Exceptions const&) const = default;
};

/// A document of the server that shares no past with ours, and waits for a person.
struct Encounter {
    /// Why there is no common past.
    enum class Kind {
        first,    ///< this device has not been synced with any account before
        account,  ///< another account than the one that it was synced with
        server,   ///< another server
    };

    /// A leaf that both have, each with a value of its own.
    struct Difference {
        Path path;
        std::optional<Json> ours;    ///< left out when it is too long to be shown
        std::optional<Json> theirs;  ///< nothing where it is too long to be shown

        bool operator==(Difference const&) const = default;
    };

    Kind kind = Kind::first;
    std::size_t differ = 0;                 ///< leaves that both have, with another value
    std::size_t only_there = 0;             ///< leaves that only the account has
    std::size_t only_here = 0;              ///< leaves that only this device has
    std::vector<Difference> examples = {};  ///< the first few of those that differ
    /// The first few leaves, or objects full of them, that only this device has.
    std::vector<Path> examples_here = {};
    std::vector<std::string> keys = {};  ///< all keys with leaves that only one has, or that differ
    std::size_t document = 0;            ///< hash of the account's document
    std::map<std::string, std::size_t> values = {};  ///< of `keys`: hashes of the account's values
    std::size_t known = 0;                           ///< leaves of the account's document

    bool operator==(Encounter const&) const = default;
};

[[nodiscard]] char const* name_of(Encounter::Kind kind);

/// Whether the account still has what was shown of the keys that are named.
[[nodiscard]] bool are_as_shown(Exceptions const& exceptions, Texts const& theirs);

/// Compares the two documents leaf by leaf.
[[nodiscard]] Encounter encounter_of(Encounter::Kind kind, Texts const& ours, Texts const& theirs);

}  // namespace model
}  // namespace settings
