#include "emulator/bodies.h"

namespace settings::emulator {

std::optional<Json> object_in(std::string const& body) {
    auto parsed = json_in(body);
    if (parsed && !parsed->is_object()) return std::nullopt;
    return parsed;
}

std::optional<std::string> string_in(Json const& object, char const* name) {
    auto const member = object.find(name);
    if (member == object.end() || !member->is_string()) return std::nullopt;
    return member->get<std::string>();
}

}  // namespace settings::emulator
