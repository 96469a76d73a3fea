#pragma once

#include <string>
#include <string_view>

#include "client/http.h"
#include "settings/result.h"
#include "settings/value.h"

namespace settings::client {

// What reading an answer takes, whichever call it is to.

/// The body of a successful answer; else its refusal().
[[nodiscard]] Result<Json> body_of(Reply const& reply);

/// One member of the body of a successful answer.
[[nodiscard]] Result<Json> member_of(Reply const& reply, char const* name);

/// The ETag, strong and without its quotes; empty when there is none.
[[nodiscard]] Tag tag_of(Reply const& reply);

/// What names the document as the edit that this answers left it: the ETag; where that is of one
/// value, the member "tag". Empty when there is neither.
[[nodiscard]] Tag document_tag_of(Reply const& reply);

/// The member "revision" of a successful answer.
[[nodiscard]] Result<Revision> revision_of(Reply reply);

/// Nothing, when the answer is a success.
[[nodiscard]] Result<void> done(Reply reply);

/// The error that an answer with a status other than 2xx means, in the daemon's words.
[[nodiscard]] Error refusal(Reply const& reply);

/// The error of a path that leads to no value, in the daemon's words, where it was not asked.
[[nodiscard]] Error nothing_at(std::string_view path);

/// Whether an answer is the daemon's own, whatever it says: each of them is an object that tells
/// whether it is a success. What stands between the two, as a proxy, answers otherwise.
[[nodiscard]] bool is_of_daemon(Reply const& reply);

/// The error that an answer outside the API means. `what` completes the sentence that begins with
/// "the daemon's answer".
[[nodiscard]] Error not_understood(std::string const& what);

}  // namespace settings::client
