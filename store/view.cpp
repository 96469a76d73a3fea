#include "store/view.h"

#include <iterator>
#include <map>

#include "model/limits.h"
#include "model/path.h"
#include "store/document.h"

namespace settings::store {

void View::apply(Commit const& commit) {
    if (commit.whole) {
        texts_.clear();
        store_ = commit.store;
    }
    revision_ = commit.revision;
    for (auto const& change : commit.changes) {
        if (change.text)
            texts_.insert_or_assign(change.key, change.text);
        else
            texts_.erase(change.key);
    }
}

void View::append_to(std::string& text) const {
    text.reserve(text.size() + bytes() + 2);
    char separator = '{';
    for (auto const& [key, value] : texts_) {
        text += separator;
        text += to_text(key);
        text += ':';
        text += *value;
        separator = ',';
    }
    text += texts_.empty() ? "{}" : "}";
}

std::optional<Json> View::find(std::string_view path) const {
    std::map<std::string, Json> parsed;
    auto detours = limits::detours;
    Keys const keys{
        [this](std::string_view bound) { return last_key_up_to(bound); },
        [&](std::string const& key) -> Json const* {
            auto const entry = texts_.find(key);
            if (entry == texts_.end()) return nullptr;
            return &parsed.try_emplace(key, parse_json(*entry->second).value()).first->second;
        },
        &detours};
    auto const place = resolve(keys, path);
    if (!place) return std::nullopt;
    return *settings::find(parsed.at(place->front()), {place->begin() + 1, place->end()});
}

View View::along(std::string_view path) const {
    View part;
    part.revision_ = revision_;
    part.store_ = store_;
    Keys const names{[this](std::string_view bound) { return last_key_up_to(bound); }, {}, nullptr};
    for (auto const& key : keys_along(names, path))
        if (auto const found = texts_.find(key); found != texts_.end()) part.texts_.insert(*found);
    return part;
}

std::size_t View::bytes() const {
    std::size_t bytes = 0;
    for (auto const& [key, value] : texts_) bytes += key.size() + value->size() + around_value;
    return bytes;
}

std::optional<std::string> View::last_key_up_to(std::string_view bound) const {
    auto const behind = texts_.upper_bound(bound);
    if (behind == texts_.begin()) return std::nullopt;
    return std::prev(behind)->first;
}

}  // namespace settings::store
