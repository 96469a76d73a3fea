#include "cli/chosen.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <set>

#include "model/path.h"

namespace settings::cli {
namespace {

using client::Conflict;

std::optional<std::int64_t> number(std::string const& name) {
    std::int64_t value = 0;
    auto const* const end = name.data() + name.size();
    auto const [read_to, error] = std::from_chars(name.data(), end, value);
    if (error != std::errc{} || read_to != end) return std::nullopt;
    return value;
}

bool is_at_or_below(Path const& path, Path const& root) {
    return path.size() >= root.size() && std::equal(root.begin(), root.end(), path.begin());
}

/// A document of just these settings: what a path means in it is asked of the rule for all paths.
Json document_of(std::vector<Conflict> const& conflicts) {
    auto document = Json::object();
    for (auto const& conflict : conflicts) {
        Json* at = &document;
        for (auto const& name : names_in(conflict.path)) at = &(*at)[name];
        if (at->is_null()) *at = Json::object();
    }
    return document;
}

/// Says of each conflict whether a name means it.
std::function<bool(Conflict const&)> meaning_of(std::string const& name, Json const& document) {
    if (auto const id = number(name))
        return [id](Conflict const& conflict) { return conflict.id == *id; };
    return [root = resolve(document, name)](Conflict const& conflict) {
        return root && is_at_or_below(names_in(conflict.path), *root);
    };
}

Error none_is(std::string const& name) {
    if (number(name)) return {Errc::not_found, "there is no conflict with the number " + name};
    return {Errc::not_found,
            "there is no conflict about \"" + name + "\"; see: settingsctl conflicts"};
}

}  // namespace

Result<std::vector<std::int64_t>> chosen(std::vector<Conflict> const& conflicts,
                                         std::vector<std::string> const& names) {
    std::set<std::int64_t> ids;
    for (auto const& conflict : conflicts)
        if (names.empty()) ids.insert(conflict.id);
    auto const document = document_of(conflicts);
    for (auto const& name : names) {
        auto const is_meant = meaning_of(name, document);
        bool is_found = false;
        for (auto const& conflict : conflicts) {
            if (!is_meant(conflict)) continue;
            ids.insert(conflict.id);
            is_found = true;
        }
        if (!is_found) return none_is(name);
    }
    return std::vector<std::int64_t>{ids.begin(), ids.end()};
}

}  // namespace settings::cli
