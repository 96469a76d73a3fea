#pragma once

#include <string>

namespace settings::cli {

/// Writes a file that only its owner may read, on disk when this returns. What was there before is
/// replaced in one step, or stays as it was; of a link, what it leads to. Throws std::runtime_error
/// when it cannot be written, and UsageError for what is no file to write over.
void write_private(std::string const& name, std::string const& text);

}  // namespace settings::cli
