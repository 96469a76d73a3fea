#include "model/change_set.h"

#include <algorithm>

#include "model/each_change.h"
#include "model/patch.h"
#include "model/same.h"

namespace settings {
inline namespace model {
namespace {

/// Whether the dotted path `inner` leads through `outer`.
bool is_below(std::string_view inner, std::string_view outer) {
    return inner.size() > outer.size() && inner.starts_with(outer) && inner[outer.size()] == '.';
}

/// What a change does to the value that `inner_of` finds below it, if anything. Of its two sides at
/// most one leads there: a change is a whole value because not both are objects.
template <class InnerOf>
std::optional<Change> narrowed(Change const& change, InnerOf const& inner_of) {
    bool const appears = change.after && change.after->is_object();
    auto const& whole = appears ? change.after : change.before;
    auto const inner = whole ? inner_of(*whole) : std::nullopt;
    if (!inner) return std::nullopt;
    Change narrow{change.path, std::nullopt, std::nullopt};
    narrow.path.insert(narrow.path.end(), inner->begin(), inner->end());
    (appears ? narrow.after : narrow.before) = *find(*whole, *inner);
    return narrow;
}

/// What of a change concerns a dotted path.
std::optional<Change> part_at(std::string_view path, Change const& change) {
    auto const place = dotted(change.path);
    if (place == path || is_below(place, path)) return change;
    if (!is_below(path, place)) return std::nullopt;
    return narrowed(change, [rest = path.substr(place.size() + 1)](Json const& whole) {
        return resolve_dotted(whole, rest);
    });
}

/// What of a change concerns a path of just these names.
std::optional<Change> part_at(Path const& names, Change const& change) {
    auto const [name, step] = std::ranges::mismatch(names, change.path);
    if (name == names.end()) return change;
    if (step != change.path.end()) return std::nullopt;
    return narrowed(change, [rest = Path{name, names.end()}](Json const& whole) {
        return find(whole, rest) == nullptr ? std::nullopt : std::optional{rest};
    });
}

std::optional<Json> take_side(Json& entry, char const* name) {
    auto const found = entry.find(name);
    if (found == entry.end()) return std::nullopt;
    return std::move(*found);
}

}  // namespace

void each_change(Path& path, Json const* before, Json const* after, OnChange const& tell) {
    if (before == nullptr && after == nullptr) return;
    if (before == nullptr || after == nullptr || !before->is_object() || !after->is_object()) {
        if (!same(before, after)) tell(path, before, after);
        return;
    }
    for (auto const& [name, value] : before->items()) {
        path.push_back(name);
        each_change(path, &value, member(after, name), tell);
        path.pop_back();
    }
    for (auto const& [name, value] : after->items()) {
        if (before->contains(name)) continue;
        path.push_back(name);
        each_change(path, nullptr, &value, tell);
        path.pop_back();
    }
}

void append_change(std::string& list, Path const& path, Json const* before, Json const* after) {
    list += list.empty() ? "[{" : ",{";
    if (after != nullptr) list += "\"new\":" + to_text(*after) + ',';
    if (before != nullptr) list += "\"old\":" + to_text(*before) + ',';
    list += "\"path\":" + to_text(path) + '}';
}

namespace {

/// Adds the changes of one value, which is at `path` and may be absent on either side.
void diff_into(ChangeSet& changes, Path& path, Json const* before, Json const* after) {
    each_change(path, before, after, [&](Path const& at, Json const* old, Json const* fresh) {
        changes.push_back({at, copy_of(old), copy_of(fresh)});
    });
}

}  // namespace

ChangeSet diff(Json const& before, Json const& after) {
    ChangeSet changes;
    Path path;
    diff_into(changes, path, &before, &after);
    return changes;
}

ChangeSet changes_of(std::string const& key, std::optional<Json> const& before,
                     std::optional<Json> const& after) {
    ChangeSet changes;
    Path path{key};
    diff_into(changes, path, pointer_to(before), pointer_to(after));
    return changes;
}

bool has_room(Json const& document, Path path) {
    for (path.pop_back(); !path.empty(); path.pop_back())
        if (auto const* parent = find(document, path)) return parent->is_object();
    return true;
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

ChangeSet changes_from(Json list) {
    ChangeSet changes;
    for (auto& entry : list)
        changes.push_back(
            {entry.at("path").get<Path>(), take_side(entry, "old"), take_side(entry, "new")});
    return changes;
}

ChangeSet excerpt(ChangeSet const& changes, std::string_view path) {
    auto const names = names_of_pointer(path);
    ChangeSet concerned;
    for (auto const& change : changes) {
        bool const is_key = names && change.path.front() == path;
        auto part = names && !is_key ? part_at(*names, change) : part_at(path, change);
        if (part) concerned.push_back(*std::move(part));
    }
    return concerned;
}

}  // namespace model
}  // namespace settings
