#pragma once

#include <cstddef>

#include "model/edit.h"
#include "model/texts.h"

namespace settings {
inline namespace model {

// About how many bytes a value takes in memory, which may be forty times what its text does: in
// [{},{}] each object is a block of the heap.

[[nodiscard]] std::size_t footprint(Json const& value);
[[nodiscard]] std::size_t footprint(Texts const& document);
[[nodiscard]] std::size_t footprint(Edit const& edit);

}  // namespace model
}  // namespace settings
