#include "model/encounter.h"

#include <algorithm>
#include <functional>
#include <string>

#include "model/change_set.h"
#include "model/examples.h"

namespace settings {
inline namespace model {
namespace {

/// An empty object counts: it is a value, too.
std::size_t leaves_in(Json const& value) {
    if (!value.is_object() || value.empty()) return 1;
    std::size_t leaves = 0;
    for (auto const& entry : value.items()) leaves += leaves_in(entry.value());
    return leaves;
}

/// 0 where there is no value.
std::size_t hash_of(SharedText const& text) {
    return text == nullptr ? 0 : std::hash<std::string>{}(*text);
}

void count(Encounter& encounter, Change&& change) {
    auto const& key = change.path.front();
    if (encounter.keys.empty() || encounter.keys.back() != key) encounter.keys.push_back(key);
    if (!change.before) {
        encounter.only_there += leaves_in(*change.after);
    } else if (!change.after) {
        encounter.only_here += leaves_in(*change.before);
        if (encounter.examples_here.size() < shown_examples)
            encounter.examples_here.push_back(std::move(change.path));
    } else {
        ++encounter.differ;
        if (encounter.examples.size() < shown_examples)
            encounter.examples.push_back({std::move(change.path),
                                          if_short(*std::move(change.before)),
                                          if_short(*std::move(change.after))});
    }
}

void count(Encounter& encounter, std::string const& key, Texts const& ours, Texts const& theirs) {
    for (auto& change : changes_of(key, ours.value(key), theirs.value(key)))
        count(encounter, std::move(change));
}

}  // namespace

char const* name_of(Meeting meeting) {
    switch (meeting) {
        case Meeting::hold: return "ask";
        case Meeting::merge: return "merge";
        case Meeting::account: return "account";
        case Meeting::device: return "device";
    }
    return "unknown";
}

std::optional<Meeting> meeting_named(std::string_view name) {
    for (auto const meeting : {Meeting::hold, Meeting::merge, Meeting::account, Meeting::device})
        if (name == name_of(meeting)) return meeting;
    return std::nullopt;
}

char const* name_of(Encounter::Kind kind) {
    switch (kind) {
        case Encounter::Kind::first: return "first";
        case Encounter::Kind::account: return "account";
        case Encounter::Kind::server: return "server";
    }
    return "unknown";
}

Encounter encounter_of(Encounter::Kind kind, Texts const& ours, Texts const& theirs) {
    Encounter encounter{kind};
    for (auto const& [key, text] : ours) count(encounter, key, ours, theirs);
    for (auto const& [key, text] : theirs)
        if (!ours.contains(key)) count(encounter, key, ours, theirs);
    std::ranges::sort(encounter.keys);
    for (auto const& key : encounter.keys) encounter.values[key] = hash_of(theirs.find(key));
    return encounter;
}

bool are_as_shown(Exceptions const& exceptions, Texts const& theirs) {
    auto const is_as_shown = [&](std::string const& key) {
        auto const shown = exceptions.shown.find(key);
        return shown != exceptions.shown.end() && shown->second == hash_of(theirs.find(key));
    };
    return std::ranges::all_of(exceptions.account, is_as_shown) &&
           std::ranges::all_of(exceptions.device, is_as_shown);
}

}  // namespace model
}  // namespace settings
