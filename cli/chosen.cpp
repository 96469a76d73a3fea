#include "cli/chosen.h"

#include <algorithm>
#include <charconv>
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

bool is_meant(Conflict const& conflict, std::string const& name) {
    if (auto const id = number(name)) return conflict.id == *id;
    return conflict.path == name || is_at_or_below(names_in(conflict.path), names_in(name));
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
    for (auto const& name : names) {
        bool is_found = false;
        for (auto const& conflict : conflicts) {
            if (!is_meant(conflict, name)) continue;
            ids.insert(conflict.id);
            is_found = true;
        }
        if (!is_found) return none_is(name);
    }
    return std::vector<std::int64_t>{ids.begin(), ids.end()};
}

}  // namespace settings::cli
