#pragma once

#include <cstdint>

namespace settings {
inline namespace model {

/// Counts the changes of the local document: 0 is the empty start, each accepted edit adds one.
using Revision = std::int64_t;

}  // namespace model
}  // namespace settings
