#include "model/merge.h"

#include <set>

#include "model/same.h"

namespace settings {
inline namespace model {
namespace {

bool is_object(Json const* value) { return value != nullptr && value->is_object(); }

std::set<std::string> names_in(std::initializer_list<Json const*> values) {
    std::set<std::string> names;
    for (auto const* value : values)
        if (is_object(value))
            for (auto const& entry : value->items()) names.insert(entry.key());
    return names;
}

std::optional<Json> base_of(Json const* mirror, Json const* sent, Json const* theirs) {
    if (same(sent, theirs)) return copy_of(theirs);
    if (!is_object(sent) || !is_object(theirs)) return copy_of(mirror);
    Json base = Json::object();
    for (auto const& name : names_in({mirror, sent, theirs})) {
        auto value = base_of(member(mirror, name), member(sent, name), member(theirs, name));
        if (value) base[name] = std::move(*value);
    }
    // No part of it arrived, and the mirror was no object: do not make up an empty one.
    if (base.empty() && !is_object(mirror)) return copy_of(mirror);
    return base;
}

class ThreeWay {
  public:
    explicit ThreeWay(Winner winner) : winner_{winner} {}

    std::optional<Json> merge(Json const* base, Json const* ours, Json const* theirs) {
        if (same(ours, theirs) || same(base, theirs)) return copy_of(ours);
        if (same(base, ours)) return copy_of(theirs);
        if (can_descend(base, ours, theirs)) return merge_members(base, ours, theirs);
        conflicts.push_back({path_, copy_of(base), copy_of(ours), copy_of(theirs), winner_});
        return copy_of(winner_ == Winner::local ? ours : theirs);
    }

    std::vector<Conflict> conflicts;

  private:
    /// Both are objects; or one is and the other removed the object that was there.
    static bool can_descend(Json const* base, Json const* ours, Json const* theirs) {
        if (is_object(ours) && is_object(theirs)) return true;
        return is_object(base) &&
               ((ours == nullptr && is_object(theirs)) || (theirs == nullptr && is_object(ours)));
    }

    std::optional<Json> merge_members(Json const* base, Json const* ours, Json const* theirs) {
        Json merged = Json::object();
        for (auto const& name : names_in({base, ours, theirs})) {
            path_.push_back(name);
            auto value = merge(member(base, name), member(ours, name), member(theirs, name));
            path_.pop_back();
            if (value) merged[name] = std::move(*value);
        }
        bool const one_side_removed_it = ours == nullptr || theirs == nullptr;
        if (merged.empty() && one_side_removed_it) return std::nullopt;
        return merged;
    }

    Winner winner_;
    Path path_;
};

}  // namespace

Merged merge(std::optional<Json> const& base, std::optional<Json> const& ours,
             std::optional<Json> const& theirs, Winner winner) {
    ThreeWay three_way{winner};
    auto value = three_way.merge(pointer_to(base), pointer_to(ours), pointer_to(theirs));
    return {std::move(value), std::move(three_way.conflicts)};
}

std::optional<Json> common_base(std::optional<Json> const& mirror, std::optional<Json> const& sent,
                                std::optional<Json> const& theirs) {
    return base_of(pointer_to(mirror), pointer_to(sent), pointer_to(theirs));
}

}  // namespace model
}  // namespace settings
