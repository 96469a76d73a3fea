#include "store/mass_change.h"

#include <functional>
#include <utility>

#include "model/examples.h"
#include "model/same.h"
#include "store/stored_json.h"

namespace settings::store {
namespace {

constexpr std::size_t few_leaves = 4;

bool holds_nothing(Json const* value) {
    return value == nullptr || value->is_null() || (value->is_structured() && value->empty());
}

/// The four values that are known of one place.
struct Place {
    Path path;
    Json const* mirror;
    Json const* base;  ///< the mirror, but theirs where it is there by our own doing
    Json const* local;
    Json const* theirs;

    [[nodiscard]] Place below(std::string const& name) const {
        auto longer = path;
        longer.push_back(name);
        return {std::move(longer), member(mirror, name), member(base, name), member(local, name),
                member(theirs, name)};
    }
};

std::optional<Json> shown(Json const* value) {
    return value == nullptr ? std::nullopt : if_short(*value);
}

void show(MassChange& change, Place const& place, bool is_lost) {
    change.examples.push_back(
        {place.path, shown(place.local), is_lost ? std::nullopt : shown(place.theirs), is_lost});
}

/// As boost::hash_combine does.
void mix_in(std::size_t& hash, std::size_t other) {
    hash ^= other + 0x9e3779b9 + (hash << 6U) + (hash >> 2U);
}

void mix_in(std::size_t& hash, Path const& path) {
    for (auto const& name : path) mix_in(hash, std::hash<std::string>{}(name));
}

/// Mixes into `lost` the paths that are lost, whatever others made of the rest: a server may write
/// a value of its own at each look.
void count_changes(MassChange& change, std::size_t& lost, Place const& place) {
    if (holds_nothing(place.mirror) || same(place.base, place.theirs)) return;
    if (place.mirror->is_object()) {
        for (auto const& entry : place.mirror->items())
            count_changes(change, lost, place.below(entry.key()));
        return;
    }
    bool const is_lost = holds_nothing(place.theirs);
    if (is_lost) {
        ++change.lost;
        mix_in(lost, place.path);
    }
    if (same(place.local, place.theirs) || (is_lost && holds_nothing(place.local))) return;
    ++(is_lost ? change.removed : change.changed);
    if (change.examples.size() < shown_examples) show(change, place, is_lost);
}

}  // namespace

std::size_t leaves_in(Json const* value) {
    if (holds_nothing(value)) return 0;
    if (!value->is_object()) return 1;
    std::size_t leaves = 0;
    for (auto const& entry : value->items()) leaves += leaves_in(&entry.value());
    return leaves;
}

std::size_t leaves_in(Texts const& document) {
    std::size_t leaves = 0;
    for (auto const& [key, text] : document) leaves += leaves_in(pointer_to(document.value(key)));
    return leaves;
}

std::size_t add(MassChange& change, Agreement const& agreement) {
    if (same(agreement.base, agreement.theirs)) return 0;  // our own requests explain it
    std::size_t lost = 0;
    change.keys.push_back(agreement.key);
    auto const& [local, mirror] = agreement.setting;
    count_changes(change, lost,
                  {{agreement.key},
                   pointer_to(mirror),
                   pointer_to(agreement.base),
                   pointer_to(local),
                   pointer_to(agreement.theirs)});
    if (lost != 0) mix_in(change.document, lost);
    return lost;
}

std::size_t document_hash(std::vector<Held::Value> const& values) {
    std::size_t hash = 0;
    for (auto const& value : values)
        if (value.lost != 0) mix_in(hash, value.lost);
    return hash;
}

bool is_over_half(std::size_t gone, std::size_t known) {
    return known >= few_leaves && 2 * gone > known;
}

}  // namespace settings::store
