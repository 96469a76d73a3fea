#include "model/change_set.h"

#include "model/patch.h"

namespace settings {
void diff_into(ChangeSet& changes, Path& path, Json const* before, Json const* after) {
    if (before == nullptr && after == nullptr) return;
    if (before == nullptr || after == nullptr || !before->is_object() || !after->is_object()) {
        if (before != nullptr && after != nullptr && *before == *after) return;
        changes.push_back({path, copy_of(before), copy_of(after)});
        return;
    }
    for (auto const& [name, value] : before->items()) {
        path.push_back(name);
        diff_into(changes, path, &value, member(after, name));
        path.pop_back();
    }
    for (auto const& [name, value] : after->items()) {
        if (before->contains(name)) continue;
        path.push_back(name);
        diff_into(changes, path, nullptr, &value);
        path.pop_back();
    }
}

ChangeSet diff(Json const& before, Json const& after) {
    ChangeSet changes;
    Path path;
    diff_into(changes, path, &before, &after);
    return changes;
}

void apply_changes(Json& document, ChangeSet const& changes) {
    for (auto const& change : changes) {
        if (!change.after) {
            erase(document, change.path);
            continue;
        }
        Json* target = &document;
        for (auto const& name : change.path) {
            if (!target->is_object()) *target = Json::object();
            target = &(*target)[name];
        }
        *target = *change.after;
    }
}

Json to_json(ChangeSet const& changes) {
    Json list = Json::array();
    for (auto const& change : changes) {
        Json entry{{"path", change.path}};
        if (change.before) entry["old"] = *change.before;
        if (change.after) entry["new"] = *change.after;
        list.push_back(std::move(entry));
    }
    return list;
}

}  // namespace settings
