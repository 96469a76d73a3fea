#include <algorithm>

#include "model/change_set.h"
#include "model/merge.h"
#include "model/patch.h"
#include "model/same.h"
#include "tests/fuzz/targets.h"
#include "tests/simulation/edits.h"

namespace settings::fuzz {
namespace {

using simulation::Leaves;
using simulation::leaves_of;

/// A document for the slow model, which joins names by slashes and knows no empty one.
bool is_for_model(Json const& value) {
    if (!value.is_object()) return true;
    return std::ranges::all_of(value.items(), [](auto const& entry) {
        return !entry.key().empty() && entry.key().find('/') == std::string::npos &&
               is_for_model(entry.value());
    });
}

/// Changes lead from one document to the other, and back, also through their text.
void check_changes(Json const& before, Json const& after) {
    auto const changes = diff(before, after);
    expect(changes_from(to_json(changes)) == changes, "changes survive their text");
    expect(changes.empty() == same(before, after), "what is the same has no changes");
    auto document = before;
    apply_changes(document, changes);
    expect(same(document, after), "changes lead from the one document to the other");
    auto undone = changes;
    for (auto& change : undone) std::swap(change.before, change.after);
    std::ranges::reverse(undone);
    apply_changes(document, undone);
    expect(same(document, before), "changes lead back");
}

/// What the slow model says of the same edits.
void check_edits(Json const& document, Json const& partial) {
    if (!is_for_model(document) || !is_for_model(partial)) return;
    auto merged = document;
    deep_merge(merged, partial);
    expect(leaves_of(merged) == simulation::edited(leaves_of(document), Patch{partial}),
           "a patch is merged leaf by leaf");
    for (auto const& [name, value] : partial.items()) {
        if (name.starts_with('/')) continue;
        auto rest = document;
        if (auto const found = resolve(rest, name)) erase(rest, *found);
        expect(leaves_of(rest) == simulation::edited(leaves_of(document), Erase{{name}}),
               "what is erased is gone, and nothing else");
    }
}

bool is_what(Merged const& merged, std::optional<Json> const& value) {
    return merged.conflicts.empty() && same(merged.value, value);
}

/// The laws of model/merge.h.
void check_merge(std::optional<Json> const& base, std::optional<Json> const& ours,
                 std::optional<Json> const& theirs) {
    expect(is_what(merge(base, base, theirs), theirs), "who changed nothing gets the other's");
    expect(is_what(merge(base, ours, base), ours), "who alone changed something keeps it");
    expect(is_what(merge(base, ours, ours), ours), "who wants the same gets it");
    auto const local = merge(base, ours, theirs, Winner::local);
    auto const mirrored = merge(base, theirs, ours, Winner::remote);
    expect(same(local.value, mirrored.value), "a merge does not know who is who");
    expect(local.conflicts.size() == mirrored.conflicts.size(), "nor who loses");
    auto const other = merge(base, ours, theirs, Winner::remote);
    expect(!local.conflicts.empty() || same(local.value, other.value),
           "without a conflict nobody wins");
    expect(!theirs || same(common_base(base, theirs, theirs), theirs), "what arrived is the base");
}

}  // namespace

/// Three documents: before, after, and another device's.
void document(std::string_view bytes) {
    constexpr JsonLimits limits{.depth = 16, .key_bytes = 64};
    auto const before = parse_json(take_line(bytes), limits);
    auto const after = parse_json(take_line(bytes), limits);
    auto const theirs = parse_json(take_line(bytes), limits);
    if (!before || !after || !before->is_object() || !after->is_object()) return;
    check_changes(*before, *after);
    check_edits(*before, *after);
    for (auto const& third :
         {theirs ? std::optional{*theirs} : std::nullopt, std::optional<Json>{}}) {
        check_merge(*before, *after, third);
        check_merge(third, *before, *after);
        check_merge(std::nullopt, *after, third);
    }
}

}  // namespace settings::fuzz
