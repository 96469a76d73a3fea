#include "settings/value.h"

namespace settings::client {

Error wrong_type(std::string_view path, Json const& value) {
    return {Errc::wrong_type, "the setting \"" + std::string{path} + "\" is of type " +
                                  value.type_name() + ", which is not what this program expects"};
}

}  // namespace settings::client
