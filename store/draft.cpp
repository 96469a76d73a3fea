#include "store/draft.h"

#include <algorithm>
#include <utility>

#include "model/limits.h"
#include "model/patch.h"

namespace settings::store {
namespace {

/// What of a path leads on inside the value of its key.
Path inside(Path const& place) { return {place.begin() + 1, place.end()}; }

/// Levels of nested objects and lists.
std::size_t depth_of(Json const& value) {
    std::size_t deepest = 0;
    for (auto const& inner : value)
        if (inner.is_structured()) deepest = std::max(deepest, depth_of(inner));
    return value.is_structured() ? deepest + 1 : 0;
}

}  // namespace

template <class Kind>
void Draft::erase(Kind const& path) {
    auto const place = resolve(keys(), path);
    if (!place) return;
    auto& value = loaded(place->front()).after;
    if (place->size() == 1)
        value.reset();
    else
        settings::erase(*value, inside(*place));
}

template <class Kind>
Result<void> Draft::put(Kind const& path, Json value) {
    auto const place = place_for(keys(), path);
    if (!place) return place.error();
    auto& after = loaded(place->front()).after;
    bool const is_there = after && settings::find(*after, inside(*place)) != nullptr;
    // What the server holds may be deeper, and a plain value in it may change.
    bool const adds_levels = value.is_structured() || !is_there;
    if (adds_levels && place->size() + depth_of(value) > limits::json_depth)
        return Error{Errc::too_large, "\"" + path_text(*place) + "\" would be nested deeper than " +
                                          std::to_string(limits::json_depth) + " levels"};
    for (auto name = place->rbegin(); name + 1 != place->rend(); ++name)
        value = Json{{*name, std::move(value)}};
    if (after)
        deep_merge(*after, value);
    else
        after = std::move(value);
    return {};
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

template void Draft::erase(std::string const& path);
template void Draft::erase(Path const& path);
template Result<void> Draft::put(std::string const& path, Json value);
template Result<void> Draft::put(Path const& path, Json value);

}  // namespace settings::store
