#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/http.h"

namespace settings::emulator {

/// The password that a key gives for a counter, as decimal digits (RFC 4226, with HMAC-SHA-1).
[[nodiscard]] std::string one_time_password(std::string_view key, std::uint64_t counter,
                                            unsigned digits = 6);

/// The counter at a time: steps of 30 s since 1970 (RFC 6238, 4.2).
[[nodiscard]] std::uint64_t step_at(Time time);

/// The bytes of a key as people type it into an authenticator (RFC 4648, 6; lower case and without
/// padding, too). Nothing when it is none.
[[nodiscard]] std::optional<std::string> key_in(std::string_view base32);

}  // namespace settings::emulator
