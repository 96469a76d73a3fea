#pragma once

#include <string>

namespace settings::cli {

/// Writes a file that only its owner may read, on disk when this returns. What was there before is
/// replaced in one step, or stays as it was. Throws UsageError when it cannot be written.
void write_private(std::string const& file, std::string const& text);

}  // namespace settings::cli
