#pragma once

#include <string>
#include <system_error>

#include "settings/result.h"

namespace settings::client {

/// Why an exchange failed, as far as the next step depends on it.
enum class Failure {
    late,     ///< the deadline passed
    gone,     ///< the peer closed before the first byte of a reply
    garbled,  ///< the reply is not HTTP or broke off
};

/// For a person: why nobody can be reached at `path`, and what to do.
[[nodiscard]] Error unreachable(std::error_code error, std::string const& path);

/// For a person: what went wrong after connecting.
[[nodiscard]] Error error_of(Failure failure, std::string const& path);

}  // namespace settings::client
