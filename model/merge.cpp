#include "model/merge.h"

#include <set>

namespace settings {
namespace {

bool same(Json const* a, Json const* b) {
    if (a == nullptr || b == nullptr) return a == b;
    return *a == *b;
}

bool is_object(Json const* value) { return value != nullptr && value->is_object(); }

std::optional<Json> copy(Json const* value) {
    if (value == nullptr) return std::nullopt;
    return *value;
}

Json const* member(Json const* value, std::string const& name) {
    if (!is_object(value)) return nullptr;
    auto const found = value->find(name);
    return found == value->end() ? nullptr : &*found;
}

class ThreeWay {
  public:
    std::optional<Json> merge(Json const* base, Json const* ours, Json const* theirs) {
        if (same(ours, theirs) || same(base, theirs)) return copy(ours);
        if (same(base, ours)) return copy(theirs);
        if (can_descend(base, ours, theirs)) return merge_members(base, ours, theirs);
        conflicts.push_back({path_, copy(base), copy(ours), copy(theirs)});
        return copy(ours);
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
        std::set<std::string> names;
        for (auto const* side : {base, ours, theirs})
            if (is_object(side))
                for (auto const& entry : side->items()) names.insert(entry.key());

        Json merged = Json::object();
        for (auto const& name : names) {
            path_.push_back(name);
            auto value = merge(member(base, name), member(ours, name), member(theirs, name));
            path_.pop_back();
            if (value) merged[name] = std::move(*value);
        }
        bool const one_side_removed_it = ours == nullptr || theirs == nullptr;
        if (merged.empty() && one_side_removed_it) return std::nullopt;
        return merged;
    }

    Path path_;
};

}  // namespace

Merged merge(std::optional<Json> const& base, std::optional<Json> const& ours,
             std::optional<Json> const& theirs) {
    auto const pointer = [](std::optional<Json> const& value) { return value ? &*value : nullptr; };
    ThreeWay three_way;
    auto value = three_way.merge(pointer(base), pointer(ours), pointer(theirs));
    return {std::move(value), std::move(three_way.conflicts)};
}

}  // namespace settings
