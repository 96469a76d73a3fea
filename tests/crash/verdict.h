#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "tests/crash/disk.h"
#include "tests/crash/workload.h"

namespace settings::crash {

/// Opens with the real store what a power cut has left, and says what is wrong with it; nothing
/// when all that was promised is there, nothing is half there, and the store can be used.
[[nodiscard]] std::optional<std::string> fault_in(Files const& files, Run const& run,
                                                  std::size_t promised);

}  // namespace settings::crash
