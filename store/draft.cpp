#include "store/draft.h"

#include <utility>

#include "model/patch.h"

namespace settings::store {

void Draft::erase(std::string_view path) {
    auto const place = resolve(keys(), path);
    if (!place) return;
    auto& value = loaded(place->front()).after;
    if (place->size() == 1)
        value.reset();
    else
        settings::erase(*value, Path{place->begin() + 1, place->end()});
}

std::vector<Touched> Draft::take() {
    std::vector<Touched> touched;
    for (auto& [key, each] : loaded_) touched.push_back(std::move(each));
    return touched;
}

Keys Draft::keys() {
    return {[this](std::string_view bound) { return document_.last_key_up_to(bound); },
            [this](std::string const& key) { return pointer_to(loaded(key).after); }};
}

Touched& Draft::loaded(std::string const& key) {
    auto const known = loaded_.find(key);
    if (known != loaded_.end()) return known->second;
    auto local = document_.load(key).local;
    return loaded_.emplace(key, Touched{key, local, local}).first->second;
}

}  // namespace settings::store
