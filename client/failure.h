#pragma once

#include <string>
#include <system_error>

#include "client/http.h"
#include "settings/result.h"

namespace settings::client {

/// Why an exchange failed, as far as the next step depends on it.
enum class Failure {
    stuck,    ///< the deadline passed before the whole request was taken
    late,     ///< it passed before the whole reply came
    gone,     ///< the peer closed before the first byte of a reply
    cut,      ///< the reply broke off
    garbled,  ///< the reply is not HTTP
};

/// For a person: what is wrong with the answer to a request that may have been carried out all the
/// same.
[[nodiscard]] Error left_open(std::string what, Request::Effect effect);

/// Why a reply ends too soon.
[[nodiscard]] Failure end_of(ReplyReader const& reader);

/// For a person: why nobody can be reached at `path`, and what to do.
///
/// `lost` is what the same request may have done that was sent before, over another connection.
[[nodiscard]] Error unreachable(std::error_code error, std::string const& path,
                                Request::Effect lost = Request::Effect::none);

/// For a person: what went wrong after connecting, and whether the request may have been carried
/// out all the same.
[[nodiscard]] Error error_of(Failure failure, std::string const& path, Request::Effect effect);

}  // namespace settings::client
