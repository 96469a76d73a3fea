#pragma once

#include <string>
#include <string_view>

namespace settings {
inline namespace model {

/// Names a value by what it is, whatever its path and its store are: "v-" and a name-based UUID
/// (RFC 4122, 4.3) of its canonical text, which to_text() gives. Equal values have equal tags, and
/// other values have others. The tag of a document (tag.h) begins with a digit.
[[nodiscard]] std::string value_tag(std::string_view canonical_text);

}  // namespace model
}  // namespace settings
