#include "store/draft.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/depth.h"
#include "model/limits.h"
#include "model/patch.h"

namespace settings::store {
namespace {

/// What of a path leads on inside the value of its key.
Path inside(Path const& place) { return {place.begin() + 1, place.end()}; }

bool is_long(std::string const& name) { return name.size() > limits::key_bytes; }

Error too_many_ways() {
    return {
        Errc::too_large,
        "the paths can be cut into names in too many ways; send fewer of them at once, or write "
        "them as JSON pointers, as in \"/a/b\""};
}

}  // namespace

std::optional<Json> Draft::find(std::string const& path) {
    auto const place = resolve(keys(), path);
    if (!place) return std::nullopt;
    return copy_of(settings::find(*loaded(place->front()).after, inside(*place)));
}

template <class Kind>
Result<void> Draft::erase(Kind const& path) {
    auto const place = resolve(keys(), path);
    if (!place) return detours_ > 0 ? Result<void>{} : Result<void>{too_many_ways()};
    remove(*place);
    return {};
}

template <class Kind>
Result<void> Draft::put(Kind const& path, Json value) {
    auto const place = room_for(path, value);
    if (!place) return place.error();
    merge_in(*place, std::move(value));
    return {};
}

template <class Kind>
Result<void> Draft::replace(Kind const& path, Json value) {
    auto const place = room_for(path, value);
    if (!place) return place.error();
    remove(*place);
    merge_in(*place, std::move(value));
    return {};
}

/// Where a value goes that is to be written at a path.
template <class Kind>
Result<Path> Draft::room_for(Kind const& path, Json const& value) {
    auto place = place_for(keys(), path);
    if (!place) return place;
    auto const& after = loaded(place->front()).after;
    bool const is_there = after && settings::find(*after, inside(*place)) != nullptr;
    if (!is_there && std::ranges::any_of(*place, is_long))
        return Error{Errc::too_large,
                     "a name is longer than " + std::to_string(limits::key_bytes) + " bytes"};
    // What the server holds may be deeper, and a plain value in it may change.
    bool const adds_levels = value.is_structured() || !is_there;
    if (adds_levels && place->size() + depth_of(value) > limits::json_depth)
        return Error{Errc::too_large, "\"" + path_text(*place) + "\" would be nested deeper than " +
                                          std::to_string(limits::json_depth) + " levels"};
    return place;
}

void Draft::merge_in(Path const& place, Json value) {
    for (auto name = place.rbegin(); name + 1 != place.rend(); ++name)
        value = Json{{*name, std::move(value)}};
    auto& after = loaded(place.front()).after;
    if (after)
        deep_merge(*after, value);
    else
        after = std::move(value);
}

/// Removes the value at these names, if there is one.
void Draft::remove(Path const& place) {
    auto& value = loaded(place.front()).after;
    if (place.size() == 1)
        value.reset();
    else if (value)
        settings::erase(*value, inside(place));
}

std::vector<Touched> Draft::take() {
    std::vector<Touched> touched;
    for (auto& [key, each] : loaded_) touched.push_back(std::move(each));
    return touched;
}

Keys Draft::keys() {
    return {[this](std::string_view bound) { return last_key_up_to(bound); },
            [this](std::string const& key) { return pointer_to(loaded(key).after); }, &detours_};
}

/// Of the store's keys and those that the edit itself has made. What it has removed is still named,
/// and has no value.
std::optional<std::string> Draft::last_key_up_to(std::string_view bound) {
    auto stored = document_.last_key_up_to(bound);
    auto const behind = loaded_.upper_bound(bound);
    if (behind == loaded_.begin()) return stored;
    auto const& made = std::prev(behind)->first;
    return stored ? std::max(*stored, made) : made;
}

Touched& Draft::loaded(std::string const& key) {
    auto const known = loaded_.find(key);
    if (known != loaded_.end()) return known->second;
    auto local = document_.local(key);
    return loaded_.emplace(key, Touched{key, local, local}).first->second;
}

template Result<void> Draft::erase(std::string const& path);
template Result<void> Draft::erase(Path const& path);
template Result<void> Draft::put(std::string const& path, Json value);
template Result<void> Draft::put(Path const& path, Json value);
template Result<void> Draft::replace(std::string const& path, Json value);
template Result<void> Draft::replace(Path const& path, Json value);

}  // namespace settings::store
