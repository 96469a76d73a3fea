#include "store/unmet_keys.h"

#include "model/json.h"

namespace settings::store {

UnmetKeys::UnmetKeys(Connection& connection) : row_{connection, Memory::unmet} {}

std::set<std::string> UnmetKeys::all() {
    std::set<std::string> keys;
    auto const text = row_.recall();
    if (!text) return keys;
    auto const list = parse_json(*text);
    if (!list || !list->is_array()) return keys;
    for (auto const& key : *list)
        if (key.is_string()) keys.insert(key.get<std::string>());
    return keys;
}

void UnmetKeys::replace(std::set<std::string> const& keys) {
    if (keys.empty())
        row_.forget();
    else
        row_.remember(to_text(Json(keys)));
}

void UnmetKeys::forget_if(std::function<bool(std::string const& key)> const& is_met) {
    auto keys = all();
    if (std::erase_if(keys, is_met) > 0) replace(keys);
}

}  // namespace settings::store
