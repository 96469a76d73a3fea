#include "store/view.h"

#include "model/path.h"

namespace settings::store {

void View::apply(Commit const& commit) {
    if (commit.whole) texts_.clear();
    revision_ = commit.revision;
    for (auto const& change : commit.changes) {
        if (change.text)
            texts_.insert_or_assign(change.key, *change.text);
        else
            texts_.erase(change.key);
    }
}

void View::append_to(std::string& text) const {
    char separator = '{';
    for (auto const& [key, value] : texts_) {
        text += separator;
        text += to_text(key);
        text += ':';
        text += value;
        separator = ',';
    }
    text += texts_.empty() ? "{}" : "}";
}

std::optional<Json> View::find(std::string_view path) const {
    for (auto const& [key, rest] : cuts(path)) {
        auto const entry = texts_.find(key);
        if (entry == texts_.end()) continue;
        auto value = parse_json(entry->second).value();
        if (!rest) return value;
        if (auto const inner = resolve(value, *rest)) return *settings::find(value, *inner);
    }
    return std::nullopt;
}

}  // namespace settings::store
