#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/json.h"

namespace settings {
inline namespace model {

/// Whose document it is: the server that holds it, and the account there as far as it is known.
struct Owner {
    /// What names the account, by where the name was read: "login" (`user.id` in the answer to a
    /// login), "sub" and "userId" (claims of the access token), and where none of them is there,
    /// "email" (with which a person logged in). Two sources may name one person differently. Empty
    /// when nothing tells.
    using Names = std::map<std::string, std::string>;

    std::string origin;  ///< scheme, host and port of the server (RFC 6454, 6.2)
    Names names = {};

    bool operator==(Owner const&) const = default;
};

/// Whether the two are certainly not one: another origin, or another name by one and the same
/// source. Of the sources that both have, the service's own word counts before what a token says:
/// some issuers give each token another `sub`, others all tokens one. A claim that had the same
/// name as the service's own word, and has another one now, contradicts it all the same. What only
/// one of them knows contradicts nothing.
[[nodiscard]] bool contradicts(Owner const& known, Owner const& other);

/// What is known of an owner once `further`, which does not contradict it, is known as well.
[[nodiscard]] Owner joined(Owner known, Owner const& further);

[[nodiscard]] Json to_json(Owner const& owner);

/// Reads what to_json() wrote; nothing for anything else.
[[nodiscard]] std::optional<Owner> owner_from(Json const& object);

}  // namespace model
}  // namespace settings
