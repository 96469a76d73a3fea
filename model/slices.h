#pragma once

#include <string_view>
#include <vector>

#include "model/result.h"

namespace settings {
inline namespace model {

/// One member of an object in JSON, as the text has it.
struct Slice {
    std::string_view name;   ///< with its quotes and escapes
    std::string_view value;  ///< any bytes that end where a value ends
};

/// Cuts the text of one JSON object into its members without reading their values, so that one that
/// cannot be read spoils none of the others. They are views of the text, in its order; a name may
/// stand there twice.
///
/// Only what it takes to find the ends is looked at: strings, and brackets in pairs. Where those
/// are broken no end can be trusted. Errors: bad_request.
[[nodiscard]] Result<std::vector<Slice>> members_in(std::string_view object);

}  // namespace model
}  // namespace settings
