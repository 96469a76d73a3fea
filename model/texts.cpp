#include "model/texts.h"

#include <algorithm>
#include <utility>

namespace settings {
inline namespace model {
namespace {

Json parsed(std::string const& text) { return parse_json(text).value(); }

}  // namespace

SharedText shared_text(Json const& value) {
    auto text = to_text(value);
    constexpr std::size_t is_much = 1'024;
    if (text.capacity() > is_much) text.shrink_to_fit();  // it has grown by doubling
    return std::make_shared<std::string const>(std::move(text));
}

SharedText shared_text(std::optional<Json> const& value) {
    return value ? shared_text(*value) : nullptr;
}

Texts::Texts(Json const& document) {
    for (auto const& [key, value] : document.get_ref<Json::object_t const&>()) set(key, value);
}

void Texts::set(std::string const& key, Json const& value) { texts_[key] = shared_text(value); }

SharedText Texts::find(std::string const& key) const {
    auto const found = texts_.find(key);
    return found == texts_.end() ? nullptr : found->second;
}

std::optional<Json> Texts::value(std::string const& key) const {
    auto const text = find(key);
    if (!text) return std::nullopt;
    return parsed(*text);
}

bool Texts::operator==(Texts const& other) const {
    return std::ranges::equal(texts_, other.texts_, [](auto const& one, auto const& another) {
        return one.first == another.first && *one.second == *another.second;
    });
}

std::string Texts::text() const {
    std::string text = "{";
    for (auto const& [key, value] : texts_) {
        if (text.size() > 1) text += ',';
        text += to_text(key);
        text += ':';
        text += *value;
    }
    return text + '}';
}

Json Texts::tree() const {
    Json document = Json::object();
    for (auto const& [key, value] : texts_) document[key] = parsed(*value);
    return document;
}

}  // namespace model
}  // namespace settings
