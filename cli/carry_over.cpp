#include "cli/carry_over.h"

#include <string>

#include "cli/usage_error.h"
#include "model/same.h"

namespace settings::cli {
namespace {

/// Takes away of a value what the person saw of it. Returns whether nothing is left.
bool take_seen(Json& value, Json const& seen) {
    if (!value.is_object()) return true;
    if (!seen.is_object()) return false;
    for (auto const& [name, inner] : seen.items())
        if (auto const found = value.find(name); found != value.end() && take_seen(*found, inner))
            value.erase(found);
    return value.empty();
}

void remove(Change const& change, Json& settings) {
    auto const* there = find(settings, change.path);
    if (there == nullptr) return;
    auto left = *there;
    if (change.before && take_seen(left, *change.before))
        apply_changes(settings, {change});
    else
        apply_changes(settings, {{change.path, std::nullopt, std::move(left)}});
}

/// Whether another app has put an object there, or something into the one that the person saw.
bool is_written_inside(Json const* there, std::optional<Json> const& seen) {
    return there != nullptr && there->is_object() && !same(there, pointer_to(seen));
}

void put(Change const& change, Json& settings) {
    auto const name = '"' + path_text(change.path) + '"';
    if (!has_room(settings, change.path))
        throw UsageError{name +
                         " has no place any more: another app has put something else where it was "
                         "inside"};
    if (is_written_inside(find(settings, change.path), change.before)) {
        if (change.after->is_object() && change.after->empty()) return;
        throw UsageError{name +
                         " cannot be put in its place: another app has written inside that "
                         "meanwhile; look at it with: settingsctl get"};
    }
    apply_changes(settings, {change});
}

}  // namespace

void carry_over(ChangeSet const& changes, Json& settings) {
    for (auto const& change : changes) {
        if (change.after)
            put(change, settings);
        else
            remove(change, settings);
    }
}

}  // namespace settings::cli
