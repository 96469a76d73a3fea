#include "tests/simulation/leaves.h"

#include <algorithm>

namespace settings::simulation {
namespace {

void collect(Leaves& leaves, std::string const& path, Json const& value) {
    if (!value.is_object() || value.empty()) {
        leaves.emplace(path, value.dump());
        return;
    }
    for (auto const& [name, member] : value.items()) collect(leaves, path + '/' + name, member);
}

}  // namespace

Leaves leaves_of(std::string const& key, std::optional<Json> const& value) {
    Leaves leaves;
    if (value) collect(leaves, key, *value);
    return leaves;
}

Leaves leaves_of(Json const& document) {
    Leaves leaves;
    for (auto const& [key, value] : document.items()) collect(leaves, key, value);
    return leaves;
}

bool is_filled(std::string const& text) { return text != "null" && text != "{}" && text != "[]"; }

std::size_t filled(Leaves const& leaves) {
    return static_cast<std::size_t>(std::count_if(
        leaves.begin(), leaves.end(), [](auto const& leaf) { return is_filled(leaf.second); }));
}

std::string difference(Leaves const& found, Leaves const& expected) {
    std::string text;
    compare(expected, found, [&](auto const& path, auto const* wanted, auto const* is) {
        if (!text.empty()) text += ", ";
        text += path + (is ? " is " + *is : " is missing");
        if (is != nullptr) text += wanted ? " instead of " + *wanted : " and should not be";
    });
    return text;
}

}  // namespace settings::simulation
