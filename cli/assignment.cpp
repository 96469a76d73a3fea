#include "cli/assignment.h"

#include <algorithm>
#include <utility>

namespace settings::cli {
namespace {

using Json = nlohmann::json;

struct Assignment {
    std::vector<std::string> path;
    Json value;
};

Json value_from(std::string_view text) {
    Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    return value.is_discarded() ? Json(text) : value;
}

Assignment assignment_from(std::string_view text) {
    auto const equals = text.find('=');
    if (equals == std::string_view::npos)
        throw UsageError{'"' + std::string{text} + "\" is not an assignment; write path=value"};
    return {names_in(text.substr(0, equals)), value_from(text.substr(equals + 1))};
}

std::string dotted(std::vector<std::string> const& path) {
    std::string text = path.front();
    for (std::size_t i = 1; i < path.size(); ++i) text += '.' + path[i];
    return text;
}

/// Expects the assignments sorted by path. Then a path is followed at once by those that lead
/// through it, so that only neighbours need a look.
void refuse_clashes(std::vector<Assignment> const& sorted) {
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        auto const& outer = sorted[i - 1].path;
        auto const& inner = sorted[i].path;
        if (outer == inner)
            throw UsageError{'"' + dotted(outer) + "\" is set twice; keep one of them"};
        if (std::ranges::mismatch(outer, inner).in1 == outer.end())
            throw UsageError{'"' + dotted(inner) + "\" lies inside \"" + dotted(outer) +
                             "\"; set one of them"};
    }
}

}  // namespace

std::vector<std::string> names_in(std::string_view path) {
    std::vector<std::string> names;
    for (std::string_view rest = path;;) {
        auto const dot = rest.find('.');
        names.emplace_back(rest.substr(0, dot));
        if (names.back().empty())
            throw UsageError{"the path \"" + std::string{path} +
                             "\" has an empty name; write it like notifications.email"};
        if (dot == std::string_view::npos) return names;
        rest.remove_prefix(dot + 1);
    }
}

Json partial_from(std::vector<std::string> const& assignments) {
    std::vector<Assignment> sorted;
    sorted.reserve(assignments.size());
    for (auto const& text : assignments) sorted.push_back(assignment_from(text));
    std::ranges::sort(sorted, {}, &Assignment::path);
    refuse_clashes(sorted);

    Json partial = Json::object();
    for (auto& [path, value] : sorted) {
        Json* place = &partial;
        for (auto const& name : path) place = &(*place)[name];
        *place = std::move(value);
    }
    return partial;
}

}  // namespace settings::cli
