#include "client/fields.h"

#include "model/json.h"

namespace settings::client {

Json const& field(Json const& object, char const* name) {
    static Json const none;
    auto const* found = member(&object, name);
    return found == nullptr ? none : *found;
}

std::string text_field(Json const& object, char const* name) {
    Json const& value = field(object, name);
    return value.is_string() ? value.get<std::string>() : std::string{};
}

std::optional<Time> time_field(Json const& object, char const* name) {
    return time_from(text_field(object, name));
}

std::optional<Json> value_field(Json const& object, char const* name) {
    return copy_of(member(&object, name));
}

}  // namespace settings::client
