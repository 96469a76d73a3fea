#pragma once

#include <openssl/types.h>

#include <string>

namespace settings::sync {

/// The certificates that a server has shown, its own first, for a person: whom each is for, who
/// issued it, and from when to when it is good. Also those of a handshake that failed because of
/// them. Empty where a session was resumed, or nothing came.
[[nodiscard]] std::string chain_text(SSL const* stream);

}  // namespace settings::sync
