#include "cli/assignment.h"

#include <algorithm>

#include "model/change_set.h"

namespace settings::cli {
namespace {

Json value_from(std::string_view text) {
    Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    return value.is_discarded() ? Json(text) : value;
}

Change assignment_from(std::string_view text) {
    auto const equals = text.find('=');
    if (equals == std::string_view::npos)
        throw UsageError{'"' + std::string{text} + "\" is not an assignment; write path=value"};
    return {names_in(text.substr(0, equals)), std::nullopt, value_from(text.substr(equals + 1))};
}

/// Expects the assignments sorted by path. Then the paths that lead through a path follow it at
/// once, so that only neighbours need a look.
void refuse_clashes(ChangeSet const& sorted) {
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

Path names_in(std::string_view path) {
    if (auto const right = check_path(path); !right) throw UsageError{right.error().message()};
    auto names = split(path);
    if (std::ranges::find(names, "") != names.end())
        throw UsageError{"the path \"" + std::string{path} +
                         "\" has an empty name; write it like notifications.email"};
    return names;
}

Json partial_from(std::vector<std::string> const& assignments) {
    ChangeSet sorted;
    sorted.reserve(assignments.size());
    for (auto const& text : assignments) sorted.push_back(assignment_from(text));
    std::ranges::sort(sorted, {}, &Change::path);
    refuse_clashes(sorted);

    Json partial = Json::object();
    apply_changes(partial, sorted);
    return partial;
}

}  // namespace settings::cli
