#include "model/path.h"

#include <algorithm>

#include "model/change_set.h"
#include "model/same.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

using Found = std::optional<Path>;

// The rule of docs/api.md, word by word, with no regard to speed.

Found through_dots(Json const& value, std::string const& text) {
    for (auto length = text.size() + 1; length-- > 0;) {
        if (length < text.size() && text[length] != '.') continue;
        auto const* inner = member(&value, text.substr(0, length));
        if (inner == nullptr) continue;
        if (length == text.size()) return Path{text};
        auto rest = through_dots(*inner, text.substr(length + 1));
        if (!rest) continue;
        rest->insert(rest->begin(), text.substr(0, length));
        return rest;
    }
    return std::nullopt;
}

Path names_in_pointer(std::string const& text) {
    Path names;
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool const is_slash = text[at] == '~' && text.substr(at, 2) == "~1";
        bool const is_tilde = text[at] == '~' && text.substr(at, 2) == "~0";
        if (text[at] == '/')
            names.emplace_back();
        else
            names.back() += is_slash ? '/' : text[at];
        if (is_slash || is_tilde) ++at;
    }
    return names;
}

Found by_the_rule(Json const& document, std::string const& text) {
    if (document.contains(text)) return Path{text};
    if (!text.starts_with('/')) return through_dots(document, text);
    auto const names = names_in_pointer(text);
    return find(document, names) == nullptr ? Found{} : Found{names};
}

Json with(Json document, Path const& place, Json const& value) {
    apply_changes(document, {{place, std::nullopt, value}});
    return document;
}

/// What may be written can be read and removed, and all else stays.
void check_writing(Json const& document, std::string const& text) {
    auto const place = place_for(keys_of(document), text);
    if (!place) return expect(!resolve(document, text), "what is there can be replaced");
    auto const written = with(document, *place, "new");
    expect(resolve(written, text) == *place, "a write goes where the read looks");
    auto changes = diff(document, written);
    bool const is_new = find(document, *place) == nullptr || *find(document, *place) != "new";
    expect(changes.size() == (is_new ? 1 : 0), "a write changes one value");
}

/// Calls visit with the names that lead to each value of the document.
template <class Visit>
void each_path(Json const& value, Path& names, Visit const& visit) {
    if (!value.is_object()) return;
    for (auto const& [name, inner] : value.items()) {
        names.push_back(name);
        visit(names);
        each_path(inner, names, visit);
        names.pop_back();
    }
}

/// A path is written so that it is read as the same names.
void check_text(Path const& names) {
    auto const alone = with(Json::object(), names, 1);
    expect(resolve(alone, path_text(names)) == names, "a path survives its text");
    expect(names_of_pointer(pointer(names)) == names, "a path survives its pointer");
    expect(resolve(keys_of(alone), names) == names, "names lead to their value");
}

}  // namespace

void path(std::string_view bytes) {
    auto const document = parse_json(take_line(bytes), {.depth = 16});
    std::string const text{bytes};
    if (!document || !document->is_object() || !check_path(text)) return;
    expect(resolve(*document, text) == by_the_rule(*document, text), "a path is read by the rule");
    check_writing(*document, text);
    Path names;
    each_path(*document, names, check_text);
}

}  // namespace settings::fuzz
