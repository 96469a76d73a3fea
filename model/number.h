#pragma once

#include <string_view>

#include "model/json.h"

namespace settings {
inline namespace model {

/// Whether a double is what a number written in JSON says, to each digit that stands there. So
/// 0.1, 1e300 and whatever a program prints of a double of its own is; 9007199254740993.0 is not,
/// for no double is, and neither is a fraction with more digits than a double has.
[[nodiscard]] bool says_exactly(std::string_view literal, double value);

/// Puts back what the way through a server in JavaScript changes: there all numbers are doubles, so
/// of 9007199254740993 comes back 9007199254740992 (ECMA-262, Number::toString).
///
/// Where `value` has what would come back of an integer that `known` has at the same place, it
/// takes the integer. Whoever edits has other integers in mind than that one double.
void unround(Json& value, Json const& known);

/// Puts back what a server that keeps fewer digits makes of a number that it was `sent`: of 0.11119
/// comes back 0.111. Only where ours is another one by now: else it is for the server to say what
/// it keeps. What it had `before` is no rounding, and neither is one integer of another.
void unround_sent(Json& value, Json const* sent, Json const* before, Json const* ours);

}  // namespace model
}  // namespace settings
