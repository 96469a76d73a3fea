#include "emulator/document.h"

#include <string>

namespace settings::emulator {

void merge(Json& document, Json const& partial, Merge how) {
    for (auto const& [name, value] : partial.items()) {
        Json& member = document[name];
        if (how == Merge::deep && member.is_object() && value.is_object())
            merge(member, value, how);
        else
            member = value;
    }
}

bool delete_key(Json& document, std::string_view key) {
    if (!document.is_object()) return false;
    if (document.erase(std::string{key}) > 0) return true;
    for (auto length = key.size(); length-- > 0;) {
        if (key[length] != '.') continue;
        auto const member = document.find(key.substr(0, length));
        if (member != document.end() && delete_key(*member, key.substr(length + 1))) return true;
    }
    return false;
}

}  // namespace settings::emulator
