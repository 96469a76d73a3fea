#pragma once

#include <string>

#include "client/http.h"
#include "settings/result.h"
#include "settings/value.h"

namespace settings::client {

// Reading answers: what all calls have in common.

/// The body of a successful answer, or what the daemon says against the request.
[[nodiscard]] Result<Json> body_of(Reply const& reply);

/// The member that a successful answer is about.
[[nodiscard]] Result<Json> member_of(Reply const& reply, char const* name);

/// The revision that a successful answer tells.
[[nodiscard]] Result<Revision> revision_of(Reply reply);

/// Nothing, when the answer is a success.
[[nodiscard]] Result<void> done(Reply reply);

/// What an answer means that refuses. For a status other than 2xx.
[[nodiscard]] Error refusal(Reply const& reply);

/// An answer that is not the API's: `what` goes on after "the daemon's answer".
[[nodiscard]] Error not_understood(std::string const& what);

}  // namespace settings::client
