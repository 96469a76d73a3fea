#include "cli/difference.h"

#include <algorithm>
#include <boost/algorithm/string/join.hpp>
#include <string>
#include <utility>

namespace settings::cli {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

Json const* member(Json const& object, std::string const& name) {
    auto const found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

/// Walks two objects side by side.
class Comparison {
  public:
    void descend(Json const& before, Json const& after) {
        for (auto const& [name, value] : before.items())
            in(name, [&, was = &value, is = member(after, name)] { compare(*was, is); });
        for (auto const& [name, value] : after.items())
            if (!before.contains(name)) in(name, [&, is = &value] { added(*is); });
    }

    std::vector<Change> changes;

  private:
    template <class Look>
    void in(std::string const& name, Look look) {
        place_.push_back(name);
        look();
        place_.pop_back();
    }

    void compare(Json const& before, Json const* after) {
        if (after == nullptr)
            found(before, std::nullopt);
        else if (before.is_object() && after->is_object())
            descend(before, *after);
        else if (before != *after)
            found(before, *after);
    }

    void added(Json const& after) {
        if (after.is_object() && !after.empty()) return descend(Json::object(), after);
        found(std::nullopt, after);
    }

    void found(std::optional<Json> before, std::optional<Json> after) {
        changes.push_back({boost::join(place_, "."), place_, std::move(before), std::move(after)});
    }

    Names place_;
};

/// Where the last name's member is or would be, made where it is missing.
Json& parent_of(Names const& names, Json& document) {
    Json* place = &document;
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
        place = &(*place)[names[i]];
        if (!place->is_object()) *place = Json::object();
    }
    return *place;
}

void remove(Names const& names, Json& document) {
    Json* place = &document;
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
        auto const found = place->find(names[i]);
        if (found == place->end() || !found->is_object()) return;
        place = &*found;
    }
    place->erase(names.back());
}

void merge_into(Json& document, Json const& partial) {
    for (auto const& [name, value] : partial.items()) {
        Json& place = document[name];
        if (!value.is_object()) {
            place = value;
            continue;
        }
        if (!place.is_object()) place = Json::object();
        merge_into(place, value);
    }
}

}  // namespace

std::vector<Change> difference(Json const& before, Json const& after) {
    Comparison comparison;
    comparison.descend(before, after);
    std::ranges::sort(comparison.changes, {}, &Change::names);
    return std::move(comparison.changes);
}

void apply_changes(std::vector<Change> const& changes, Json& document) {
    for (auto const& change : changes) {
        if (change.after)
            parent_of(change.names, document)[change.names.back()] = *change.after;
        else
            remove(change.names, document);
    }
}

Json merged(Json document, Json const& partial) {
    merge_into(document, partial);
    return document;
}

}  // namespace settings::cli
