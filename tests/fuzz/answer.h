#pragma once

#include <string_view>

#include "sync/engine/reply.h"

namespace settings::fuzz {

/// An answer of the server, out of lines: status, Content-Type, Retry-After, Date, Location, a
/// secret that no message may show. What is left is its body.
[[nodiscard]] sync::Answer answer_from(std::string_view bytes);

/// Messages go to terminals, logs and other programs: nothing in them steers, and none is without
/// end.
void check_message(std::string_view message);

}  // namespace settings::fuzz
