#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace settings::cli {

/// Reads a document that a person may have written: one JSON object. Throws UsageError, which tells
/// the place: not JSON, no object, or a name that stands twice, of which one would be lost.
[[nodiscard]] nlohmann::json document_from(std::string_view text);

/// The document as people read and edit it: members sorted by name, two spaces of indentation, a
/// line break at the end.
[[nodiscard]] std::string text_of(nlohmann::json const& document);

/// A whole file; "-" is standard input. Throws UsageError when it cannot be read.
[[nodiscard]] std::string read_whole(std::string const& file);

}  // namespace settings::cli
