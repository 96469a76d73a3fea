#include "model/path.h"

#include <algorithm>
#include <utility>

#include "model/limits.h"

namespace settings {
inline namespace model {
namespace {

bool is_pointer(std::string_view text) { return text.starts_with('/'); }

/// Replaces each `from` by `to`.
void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// "a~1b" is "a/b". The order matters: ~01 is "~1" (RFC 6901, 4).
std::string unescaped(std::string_view token) {
    std::string name{token};
    replace_all(name, "~1", "/");
    replace_all(name, "~0", "~");
    return name;
}

std::string escaped(std::string name) {
    replace_all(name, "~", "~0");
    replace_all(name, "/", "~1");
    return name;
}

Path prefixed(std::string name, Path rest) {
    rest.insert(rest.begin(), std::move(name));
    return rest;
}

/// The names, out of all that there are, with which a dotted path can begin: the path itself, or
/// what is before one of its dots. Longest first.
///
/// In the order of bytes a beginning stands before what it is the beginning of. So the last name
/// that is not behind the path is the longest beginning; or it differs from the path at some place,
/// and then no beginning is longer than up to there.
class Beginnings {
  public:
    Beginnings(Keys const& names, std::string_view dotted) : names_{names}, dotted_{dotted} {}

    std::optional<std::string> next() {
        while (length_) {
            auto name = names_.last_up_to(dotted_.substr(0, *length_));
            if (!name) break;
            auto const common =
                static_cast<std::size_t>(std::ranges::mismatch(*name, dotted_).in1 - name->begin());
            bool const is_beginning =
                common == name->size() && (common == dotted_.size() || dotted_[common] == '.');
            go_on_before(is_beginning ? common : common + 1);
            if (is_beginning) return name;
        }
        return std::nullopt;
    }

  private:
    /// To the longest beginning that is shorter than so many bytes.
    void go_on_before(std::size_t bytes) {
        auto const dot = bytes == 0 ? dotted_.npos : dotted_.rfind('.', bytes - 1);
        length_ = dot == dotted_.npos ? std::nullopt : std::optional{dot};
    }

    Keys const& names_;
    std::string_view dotted_;
    std::optional<std::size_t> length_ = dotted_.size();
};

bool is_lost(Keys const& names) { return names.detours != nullptr && *names.detours == 0; }

void count_detour(Keys const& names) {
    if (names.detours != nullptr && *names.detours > 0) --*names.detours;
}

/// An object inside the document, whose detours count as the document's.
Keys keys_inside(Keys const& outer, Json const& value) {
    auto inner = keys_of(value);
    inner.detours = outer.detours;
    return inner;
}

std::optional<Path> resolve_dots(Keys const& names, std::string_view dotted) {
    Beginnings beginnings{names, dotted};
    while (auto name = beginnings.next()) {
        auto const* value = names.value_of(*name);
        if (value == nullptr) continue;
        if (name->size() == dotted.size()) return Path{*std::move(name)};
        if (!value->is_object()) continue;
        if (is_lost(names)) return std::nullopt;
        auto inner = resolve_dots(keys_inside(names, *value), dotted.substr(name->size() + 1));
        if (inner) return prefixed(*std::move(name), *std::move(inner));
        count_detour(names);
    }
    return std::nullopt;
}

Json const* find_among(Keys const& document, Path const& path) {
    Json const* value = document.value_of(path.front());
    for (auto name = path.begin() + 1; name != path.end(); ++name) value = member(value, *name);
    return value;
}

/// "a list", as a person calls it.
std::string kind_of(Json const& value) {
    if (value.is_array()) return "a list";
    if (value.is_null()) return "null";
    if (value.is_boolean()) return "true or false";
    return value.is_string() ? "a text" : "a number";
}

Error in_the_way(Path const& path, Json const& value) {
    return {Errc::conflict, '"' + path_text(path) + "\" is " + kind_of(value) +
                                ", and nothing can be put inside it; give \"" + path_text(path) +
                                "\" itself a new value to replace it"};
}

Path joined(Path outer, Path const& inner) {
    outer.insert(outer.end(), inner.begin(), inner.end());
    return outer;
}

/// For what is left of a path below what is there.
Error empty_name(Path const& outer, std::string_view left) {
    auto const by_dots = joined(outer, split(left));
    auto const as_one = joined(outer, {std::string{left}});
    std::string const one =
        left.empty() ? "" : ", or as \"" + pointer(as_one) + "\" for one name with dots";
    return {Errc::conflict, "the path \"" + dotted(by_dots) +
                                "\" has an empty name; if that is meant, write it as \"" +
                                pointer(by_dots) + '"' + one};
}

Error too_many_ways(std::string_view text) {
    return {Errc::too_large, "the path \"" + std::string{text} +
                                 "\" can be cut into names in too many ways; write it as a JSON "
                                 "pointer, as in \"" +
                                 pointer(split(text)) + '"'};
}

/// The place of a dotted path in the object at `outer`, which has no value there yet.
Result<Path> place_below(Keys const& names, std::string_view dotted, Path const& outer) {
    std::optional<Error> obstacle;
    Beginnings beginnings{names, dotted};
    while (auto const name = beginnings.next()) {
        auto const* value = names.value_of(*name);
        if (value == nullptr) continue;
        if (is_lost(names)) return too_many_ways(dotted);
        Path path = outer;
        path.push_back(*name);
        auto const rest = dotted.substr(std::min(name->size() + 1, dotted.size()));
        auto place = value->is_object() ? place_below(keys_inside(names, *value), rest, path)
                                        : Result<Path>{in_the_way(path, *value)};
        if (place) return place;
        count_detour(names);
        if (!obstacle) obstacle = place.error();
    }
    if (obstacle) return *obstacle;
    Path place = outer;
    for (auto& name : split(dotted)) {
        if (name.empty()) return empty_name(outer, dotted);
        place.push_back(std::move(name));
    }
    return place;
}

}  // namespace

std::string dotted(Path const& path) {
    std::string text;
    for (auto const& name : path) {
        if (&name != &path.front()) text += '.';
        text += name;
    }
    return text;
}

std::string pointer(Path const& path) {
    std::string text;
    for (auto const& name : path) text += '/' + escaped(name);
    return text;
}

std::string path_text(Path const& path) {
    bool const has_empty = std::ranges::find(path, "") != path.end();
    auto text = dotted(path);
    return has_empty || is_ambiguous(path) || is_pointer(text) ? pointer(path) : text;
}

bool is_ambiguous(Path const& path) {
    return std::ranges::any_of(path, [](auto const& name) { return name.find('.') != name.npos; });
}

Path split(std::string_view dotted) {
    Path path;
    for (;;) {
        auto const dot = dotted.find('.');
        path.emplace_back(dotted.substr(0, dot));
        if (dot == std::string_view::npos) return path;
        dotted.remove_prefix(dot + 1);
    }
}

std::optional<Path> names_of_pointer(std::string_view text) {
    if (!is_pointer(text)) return std::nullopt;
    Path names;
    while (!text.empty()) {
        text.remove_prefix(1);
        auto const token = text.substr(0, text.find('/'));
        names.push_back(unescaped(token));
        text.remove_prefix(token.size());
    }
    return names;
}

Path names_in(std::string_view text) {
    auto pointed = names_of_pointer(text);
    return pointed ? *std::move(pointed) : split(text);
}

Result<void> check_path(std::string_view text) {
    if (text.size() > limits::path_bytes)
        return Error{Errc::too_large, "a path is longer than " +
                                          std::to_string(limits::path_bytes) +
                                          " bytes; name what is around the value"};
    auto const steps = std::ranges::count(text, is_pointer(text) ? '/' : '.');
    if (static_cast<std::size_t>(steps) > limits::path_steps)
        return Error{Errc::too_large, "a path has more than " + std::to_string(limits::path_steps) +
                                          " levels; name what is around the value"};
    return {};
}

Keys keys_of(Json const& document) {
    auto const last_up_to = [&document](std::string_view bound) -> std::optional<std::string> {
        if (!document.is_object()) return std::nullopt;
        auto const& members = document.get_ref<Json::object_t const&>();
        auto const behind = members.upper_bound(bound);
        if (behind == members.begin()) return std::nullopt;
        return std::prev(behind)->first;
    };
    return {last_up_to, [&document](std::string const& key) { return member(&document, key); }};
}

std::vector<std::string> keys_along(Keys const& document, std::string_view text) {
    if (auto const names = names_of_pointer(text)) return {std::string{text}, names->front()};
    std::vector<std::string> keys;
    Beginnings beginnings{document, text};
    while (auto key = beginnings.next()) keys.push_back(*std::move(key));
    return keys;
}

std::optional<Path> resolve(Keys const& document, std::string_view text) {
    auto const names = names_of_pointer(text);
    if (!names) return resolve_dots(document, text);
    if (Path whole{std::string{text}}; find_among(document, whole) != nullptr) return whole;
    return resolve(document, *names);
}

std::optional<Path> resolve(Keys const& document, Path const& names) {
    if (find_among(document, names) == nullptr) return std::nullopt;
    return names;
}

std::optional<Path> resolve(Json const& document, std::string_view text) {
    return resolve(keys_of(document), text);
}

std::optional<Path> resolve_dotted(Json const& value, std::string_view dotted) {
    return resolve_dots(keys_of(value), dotted);
}

Result<Path> place_for(Keys const& document, std::string_view text) {
    if (auto found = resolve(document, text)) return *std::move(found);
    if (auto const names = names_of_pointer(text)) return place_for(document, *names);
    if (is_lost(document)) return too_many_ways(text);
    return place_below(document, text, {});
}

Result<Path> place_for(Keys const& document, Path const& names) {
    Path outer;
    for (auto const& name : names) {
        auto const* value = outer.empty() ? nullptr : find_among(document, outer);
        if (value != nullptr && !value->is_object()) return in_the_way(outer, *value);
        outer.push_back(name);
    }
    return names;
}

std::vector<Cut> cuts(std::string_view dotted) {
    std::vector<Cut> found{{dotted, std::nullopt}};
    for (auto end = dotted.size(); end > 0;) {
        auto const dot = dotted.rfind('.', end - 1);
        if (dot == std::string_view::npos) break;
        found.push_back({dotted.substr(0, dot), dotted.substr(dot + 1)});
        end = dot;
    }
    return found;
}

Json const* find(Json const& document, Path const& path) {
    Json const* value = &document;
    for (auto const& name : path) value = member(value, name);
    return value;
}

}  // namespace model
}  // namespace settings
