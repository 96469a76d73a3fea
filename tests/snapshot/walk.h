#pragma once

#include <settings_snapshot.h>

#include <cstddef>

namespace settings::snapshot {

/// Looks up each of the golden file's paths and some others, and each value below what is found, by
/// each function of the header. Returns how many values there were: one of them may be found in
/// many ways where a file was made up, so there is an end to it.
std::size_t walk(settings_snapshot const& map);

}  // namespace settings::snapshot
