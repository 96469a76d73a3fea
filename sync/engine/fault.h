#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/time.h"

namespace settings::sync {

/// Why an attempt did not succeed, as far as the engine decides differently on it.
enum class Fault {
    offline,          ///< no connection was made: nothing was sent
    barred,           ///< the proxy asks for a password that it was not given: nothing was sent
    untrusted,        ///< TLS could not prove who the server is: nothing was sent
    unknown_outcome,  ///< the request may or may not have been carried out
    server_error,     ///< 408, 429, 5xx, a gateway and the rest: later, perhaps
    impostor,         ///< an answer, but not the service's: a captive portal or a proxy
    refused,          ///< 400, 422: the server does not take these values
    too_large,        ///< 413: the server does not take so much at once
    unauthorized,     ///< 401, or no token at all
    forbidden,        ///< 403 in the service's own words
    missing,          ///< 404, 405, 410, so too: the account or the endpoint is not there
    storage,          ///< this machine failed: its disk, or what it takes to read a file
    stranger,         ///< the token is another account's by now: nothing was sent
};

/// The enumerator as a word, for programs and logs.
[[nodiscard]] char const* name_of(Fault fault);

struct Failure {
    Fault fault = Fault::offline;
    std::string message;                   ///< one sentence for a person
    unsigned status = 0;                   ///< status of the answer; 0 when there was no answer
    std::optional<Time> retry_after = {};  ///< the least wait that the server asks for
    std::uint64_t token = 0;  ///< generation of the token that was sent (see TokenState)
    bool by_gateway = false;  ///< there was an answer, and not in the service's own words
};

/// What is known of a batch whose request failed. A server that says no may have stored a part of
/// it all the same.
enum class Doubt {
    open,      ///< no answer, or one that says nothing: it may still be carried out
    answered,  ///< the server said no: the next look tells what it has stored
    none,      ///< nothing was sent
};
[[nodiscard]] Doubt doubt_after(Fault fault);

/// A failure that meets a round under way.
struct Setback {
    Failure failure;
    bool nothing_arrived = false;  ///< the round has a batch in flight, and none of it was accepted

    /// About the batch that is marked in flight. A round that has sent none knows nothing of what
    /// an earlier round left.
    [[nodiscard]] Doubt doubt() const;
};

/// Whether a write may have failed because of what is in it, where a look was answered right
/// before.
[[nodiscard]] bool may_be_the_batch(Fault fault);

/// Whether the service says, for good, that there is nothing here for us to do.
[[nodiscard]] bool ends_service(Fault fault);

/// Whether the way to the server ended before it: at a network, or at a proxy.
[[nodiscard]] bool is_of_the_way(Fault fault);

/// Whether a Retry-After that comes with it holds up all requests. Beside a word on one request's
/// values, its size or its token it holds up nothing: that wait would bring no other answer, and
/// the search for the guilty key and the renewal would never come to their end.
[[nodiscard]] bool asks_for_patience(Fault fault);

/// Whether the server itself failed, so that asking again soon would make it worse.
[[nodiscard]] bool is_the_servers(Fault fault);

}  // namespace settings::sync
