#include "store/take_back.h"

#include <algorithm>
#include <set>
#include <utility>

#include "model/same.h"
#include "store/undid.h"

namespace settings::store {
namespace {

constexpr std::int64_t burst_gap = 5'000;  ///< milliseconds

// Limits on one undo: while it runs, all other edits wait.
constexpr std::size_t revisions_limit = 10'000;
constexpr std::size_t bytes_limit = 8'388'608;  ///< bytes of changes in the journal

Error too_much() {
    return {Errc::too_large,
            "that is more than can be taken back at once; name a later time, or single revisions"};
}

Error not_in_journal(Revision revision) {
    return {Errc::not_found,
            "revision " + std::to_string(revision) + " is not in the history (any more)"};
}

char const* author(Origin origin) {
    switch (origin) {
        case Origin::app: return "an app";
        case Origin::undo: return "an undo";
        case Origin::remote: return "another device";
        case Origin::recovery: return "the recovery of the store";
    }
    return "somebody";
}

/// The revisions that each kind of undo is about, newest first.
struct Select {
    Journal& journal;
    Revision oldest;

    Result<std::vector<Revision>> operator()(Undo::One const& one) const {
        if (!journal.find(one.revision)) return not_in_journal(one.revision);
        return std::vector{one.revision};
    }

    Result<std::vector<Revision>> operator()(Undo::Burst const& burst) const {
        auto revisions = journal.burst(burst.revision, burst_gap);
        if (revisions.empty()) return not_in_journal(burst.revision);
        revisions = journal.standing(std::move(revisions), revisions_limit);
        if (revisions.empty()) return Error{Errc::conflict, "all of that is taken back already"};
        return revisions;
    }

    Result<std::vector<Revision>> operator()(Undo::Since const& since) const {
        auto found = journal.since(since.at, revisions_limit);
        if (!found.reached)
            return Error{Errc::not_found,
                         "the history does not reach back that far; it begins with "
                         "revision " +
                             std::to_string(oldest)};
        return std::move(found.revisions);
    }

    Result<std::vector<Revision>> operator()(Undo::Newest const& newest) const {
        auto const revision = journal.newest_standing(revisions_limit);
        if (!revision)
            return Error{Errc::not_found, "nothing was edited here that could be undone"};
        if (!newest.burst) return std::vector{*revision};
        return journal.standing(journal.burst(*revision, burst_gap), revisions_limit);
    }
};

}  // namespace

Result<Undone> TakeBack::carry_out(Undo const& undo, std::string const& app) {
    auto const revisions = revisions_of(undo);
    if (!revisions) return revisions.error();
    if (revisions->size() > revisions_limit) return too_much();
    std::size_t bytes = 0;
    for (Revision const revision : *revisions) {
        auto const entry = journal_.find(revision);
        if (!entry) return not_in_journal(revision);
        bytes += entry->changes.size();
        if (bytes > bytes_limit && revisions->size() > 1) return too_much();
        for (auto const& change : entry->read_changes())
            if (!take_back(change, undo.force))
                return changed_since(change.path, revision, *revisions);
    }
    auto const touched = this->touched();
    Document::Writing writing{document_};
    for (auto const& each : touched) writing.add(each);
    if (auto const room = writing.check_room(); !room) return room.error();
    if (!undo.dry_run) writing.finish(Origin::undo, with_undid(app, *revisions));
    Undone undone{document_.head(), *revisions};
    for (auto const& [key, before, after] : touched) {
        auto const changes = changes_of(key, before, after);
        undone.changes.insert(undone.changes.end(), changes.begin(), changes.end());
        undone.keys.push_back(key);
    }
    return undone;
}

Result<std::vector<Revision>> TakeBack::revisions_of(Undo const& undo) {
    return std::visit(Select{journal_, journal_.oldest()}, undo.what);
}

/// False where another value stands there, which is not to be lost.
bool TakeBack::take_back(Change const& change, bool force) {
    load(change.path.front());
    bool const stands = same(settings::find(after_, change.path), pointer_to(change.after));
    if (!stands && !(force && has_room(after_, change.path))) return false;
    apply_changes(after_, {{change.path, std::nullopt, change.before}});
    return true;
}

/// Says what changed a value again, and what to do: the refusal to take back `revision`.
Error TakeBack::changed_since(Path const& path, Revision revision,
                              std::vector<Revision> const& taken_back) {
    std::string by, undo = "undo that";
    if (auto const change = newest_change(path, revision, taken_back)) {
        auto const number = std::to_string(change->revision);
        by = std::string{", by "} + author(change->origin) + " in revision " + number;
        undo = "\"settingsctl undo " + number + '"';
    }
    return {Errc::conflict, '"' + dotted(path) + "\" was changed again since" + by + ": " + undo +
                                " first, or force it (--force) if there still is a place for it"};
}

/// The newest change of a value after a revision, where it is among the last ones. Those that are
/// taken back, by this undo or an earlier one, stand in nobody's way.
std::optional<JournalEntry> TakeBack::newest_change(Path const& path, Revision after,
                                                    std::vector<Revision> const& taken_back) {
    std::set<Revision> passed{taken_back.begin(), taken_back.end()};
    for (auto& entry : journal_.before(after, document_.head(), {}, dotted(path))) {
        auto const undid = undid_in(entry.app);
        bool const is_undo_of_later =
            !undid.empty() && std::ranges::all_of(undid, [&](auto each) { return each > after; });
        if (is_undo_of_later) passed.insert(undid.begin(), undid.end());
        if (is_undo_of_later || passed.contains(entry.revision)) continue;
        if (!excerpt(entry.read_changes(), pointer(path)).empty()) return std::move(entry);
    }
    return std::nullopt;
}

void TakeBack::load(std::string const& key) {
    if (before_.contains(key)) return;
    auto const local = document_.local(key);
    if (local) after_[key] = *local;
    before_.emplace(key, local);
}

std::vector<Touched> TakeBack::touched() const {
    std::vector<Touched> touched;
    for (auto const& [key, before] : before_)
        touched.push_back({key, before, copy_of(member(&after_, key))});
    return touched;
}

}  // namespace settings::store
