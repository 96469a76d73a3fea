#include "model/values_in.h"

namespace settings {
inline namespace model {

std::size_t values_in(std::string_view json) {
    std::size_t values = 1;
    bool is_in_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        char const next = json[at];
        if (next == '"')
            is_in_string = !is_in_string;
        else if (is_in_string && next == '\\')
            ++at;
        else if (!is_in_string && (next == ',' || next == '[' || next == '{'))
            ++values;
    }
    return values;
}

}  // namespace model
}  // namespace settings
