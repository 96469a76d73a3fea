#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "sync/remote/name_lookup.h"

namespace settings::sync {

/// Which addresses a name is asked for.
enum class Family { any, v4, v6 };

/// Looks up a host and a port, on a thread that it may block.
using AskFamily = std::function<NameLookup::Found(Family, std::string host, std::string port)>;

/// Asks for all addresses at once, as libc does, which gives none before each family was answered.
/// Where that takes longer than `patience`, asks for each family alone as well, and takes the first
/// that is there (RFC 8305, 3): a name server that drops the questions for one family holds up
/// nobody. Blocks until then; what still waits for libc is left to itself, on threads of its own.
[[nodiscard]] NameLookup::Found find_by_family(AskFamily const& ask, std::string const& host,
                                               std::string const& port,
                                               std::chrono::milliseconds patience);

}  // namespace settings::sync
