#include "model/depth.h"

#include <algorithm>

namespace settings {
inline namespace model {

std::size_t depth_of(Json const& value) {
    std::size_t deepest = 0;
    for (auto const& inner : value)
        if (inner.is_structured()) deepest = std::max(deepest, depth_of(inner));
    return value.is_structured() ? deepest + 1 : 0;
}

}  // namespace model
}  // namespace settings
