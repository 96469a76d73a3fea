#pragma once

#include <string>
#include <string_view>

#include "model/json.h"

namespace settings::cli {

/// Reads a document that a person may have written: one JSON object, as strictly as the daemon
/// does. Throws UsageError, which tells the place: not JSON, no object, nested too deep, or a name
/// that stands twice, of which one would be lost.
[[nodiscard]] Json document_from(std::string_view text);

/// The document as people read and edit it: members sorted by name, two spaces of indentation, a
/// line break at the end.
[[nodiscard]] std::string text_of(Json const& document);

/// A whole file; "-" is standard input. Throws std::runtime_error when it cannot be read, and
/// UsageError when it is longer than any document.
[[nodiscard]] std::string read_whole(std::string const& file);

}  // namespace settings::cli
