#include "model/examples.h"

#include <utility>

namespace settings {
inline namespace model {

std::optional<Json> if_short(Json value) {
    constexpr std::size_t shown_bytes = 200;
    if (to_text(value).size() > shown_bytes) return std::nullopt;
    return std::optional<Json>{std::move(value)};
}

}  // namespace model
}  // namespace settings
