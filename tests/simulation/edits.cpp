#include "tests/simulation/edits.h"

#include <algorithm>
#include <string_view>

namespace settings::simulation {
namespace {

/// Whether `path` is `top` or leads into it.
bool is_within(std::string_view path, std::string_view top) {
    return path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/');
}

bool has_something_in(Leaves const& document, std::string const& path) {
    return std::any_of(document.begin(), document.end(), [&](auto const& leaf) {
        return leaf.first != path && is_within(leaf.first, path);
    });
}

/// Takes away what a value at `path` would replace: everything in it, and a plain value above it.
void make_room(Leaves& document, std::string const& path) {
    std::erase_if(document, [&](auto const& leaf) {
        return is_within(leaf.first, path) || is_within(path, leaf.first);
    });
}

/// Removes what is at `path`. The object around it stays, even empty.
void remove(Leaves& document, std::string const& path) {
    std::erase_if(document, [&](auto const& leaf) { return is_within(leaf.first, path); });
    auto const end = path.rfind('/');
    if (end == std::string::npos) return;
    auto const parent = path.substr(0, end);
    if (!has_something_in(document, parent)) document[parent] = "{}";
}

/// The place that a dotted path names. Where several would fit, the longest name counts, from the
/// outside in: it comes first, because a dot sorts before a slash.
std::optional<std::string> place_of(Leaves const& document, std::string const& dotted) {
    for (auto const& [path, text] : document) {
        auto const place = path.substr(0, dotted.size());
        auto with_dots = place;
        std::replace(with_dots.begin(), with_dots.end(), '/', '.');
        if (with_dots == dotted && is_within(path, place)) return place;
    }
    return std::nullopt;
}

struct Editing {
    Leaves document;

    void operator()(Patch const& patch) {
        for (auto const& [path, text] : leaves_of(patch.partial)) {
            bool const is_there = text == "{}" && has_something_in(document, path);
            if (is_there) continue;
            make_room(document, path);
            document[path] = text;
        }
    }
    void operator()(Replace const& replace) { document = leaves_of(replace.document); }
    void operator()(Erase const& erase) {
        for (auto const& dotted : erase.paths)
            if (auto const place = place_of(document, dotted)) remove(document, *place);
    }
    /// The simulated people write dotted paths, merge what they write, and put nothing through a
    /// list or a plain value.
    void operator()(Assignments const& assignments) {
        for (auto const& one : assignments.list) {
            auto const& dotted = std::get<std::string>(one.path);
            if (!one.value) {
                (*this)(Erase{{dotted}});
                continue;
            }
            auto place = place_of(document, dotted);
            if (!place) {
                place = dotted;
                std::replace(place->begin(), place->end(), '.', '/');
            }
            Json partial = *one.value;
            for (auto slash = place->rfind('/'); slash != std::string::npos;
                 slash = place->rfind('/')) {
                partial = Json{{place->substr(slash + 1), std::move(partial)}};
                place->resize(slash);
            }
            (*this)(Patch{Json{{*place, std::move(partial)}}});
        }
    }
};

std::string joined(Json const& names) {
    std::string path;
    for (auto const& name : names)
        path += (path.empty() ? "" : "/") + name.get_ref<std::string const&>();
    return path;
}

}  // namespace

Leaves edited(Leaves document, Edit const& edit) {
    Editing editing{std::move(document)};
    std::visit(editing, edit);
    return std::move(editing.document);
}

void replay(Leaves& document, Json const& changes) {
    for (auto const& change : changes) {
        auto const path = joined(change.at("path"));
        if (!change.contains("new")) {
            remove(document, path);
            continue;
        }
        make_room(document, path);
        document.merge(leaves_of(path, change.at("new")));
    }
}

bool loses_a_name(Json const& before, Json const& after) {
    if (!before.is_object() || !after.is_object()) return false;
    auto const members = before.items();
    return std::any_of(members.begin(), members.end(), [&](auto const& member) {
        auto const found = after.find(member.key());
        return found == after.end() || loses_a_name(member.value(), *found);
    });
}

}  // namespace settings::simulation
