#include "tests/simulation/leaves.h"

namespace settings::simulation {
namespace {

void collect(Leaves& leaves, std::string const& path, Json const& value) {
    if (!value.is_object() || value.empty()) {
        leaves.emplace(path, to_text(value));
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

}  // namespace settings::simulation
