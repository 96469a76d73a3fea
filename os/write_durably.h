#pragma once

#include <string_view>

namespace settings::os {

/// Writes all of the text to a file and flushes it to the disk. False when that fails; errno says
/// why then, and a part may be written.
[[nodiscard]] bool write_durably(int descriptor, std::string_view text);

}  // namespace settings::os
