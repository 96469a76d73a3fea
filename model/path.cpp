#include "model/path.h"

#include <algorithm>

namespace settings {
inline namespace model {

std::string dotted(Path const& path) {
    std::string text;
    for (auto const& name : path) {
        if (&name != &path.front()) text += '.';
        text += name;
    }
    return text;
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

std::optional<Path> resolve(Json const& document, std::string_view dotted) {
    for (auto const& [name, rest] : cuts(dotted)) {
        auto const* value = member(&document, name);
        if (value == nullptr) continue;
        if (!rest) return Path{std::string{name}};
        if (auto inner = resolve(*value, *rest)) {
            inner->insert(inner->begin(), std::string{name});
            return inner;
        }
    }
    return std::nullopt;
}

Json const* find(Json const& document, Path const& path) {
    Json const* value = &document;
    for (auto const& name : path) value = member(value, name);
    return value;
}

}  // namespace model
}  // namespace settings
