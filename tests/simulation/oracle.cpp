// What must hold of the local document, and when all is over.

#include "tests/simulation/oracle.h"

#include <algorithm>

#include "tests/simulation/edits.h"

namespace settings::simulation {
namespace {

/// Whether a leaf's path leads through what the dotted path names.
bool is_at_or_below(std::string path, std::string const& dotted) {
    std::ranges::replace(path, '/', '.');
    return path == dotted || path.starts_with(dotted + '.');
}

}  // namespace

Oracle::Oracle(World& world, Server& server, Network& network, Climate const& climate)
    : world_{world},
      server_{server},
      network_{network},
      climate_{climate},
      devices_(climate.devices),
      history_{climate.devices, climate.winner} {
    network.observe([this](Call const& call, Json const& before) { wrote(call, before); });
    network.observe_promises([this](Call const& call) { promised(call); });
}

Leaves Oracle::expected_after(std::size_t device, Edit const& edit) const {
    return edited(leaves_of(devices_.at(device).document), edit);
}

void Oracle::acknowledged(Device& device, Leaves const& expected) {
    auto const found = leaves_of(devices_.at(device.number()).document);
    if (found != expected)
        throw Violation{"local view",
                        "after an edit of " + device.name() + ' ' + difference(found, expected)};
    expect_prompt(device);
}

void Oracle::committed(Device& device, store::Commit const& commit) {
    auto& watched = devices_.at(device.number());
    if (commit.revision <= watched.revision)
        throw Violation{"local view", "the revision does not grow"};
    watched.revision = commit.revision;
    check_mass(device, commit);
    check_owner(device, commit);
    for (auto const& [key, text, by_app] : commit.changes) {
        std::optional<Json> value;
        if (text) value = Json::parse(*text);
        auto leaves = leaves_of(key, value);
        compare(watched.leaves[key], leaves,
                [&](auto const& path, auto const* was, auto const* now) {
                    history_.changed(device.number(), path, now, by_app);
                    bool const is_excused = watched.is_fake || watched.verdict == Verdict::apply;
                    if (!by_app && is_excused && was != nullptr) history_.gave_up(*was);
                    if (!by_app && watched.is_fake) watched.emptied.insert(path);
                });
        watched.leaves[key] = std::move(leaves);
        if (value)
            watched.document[key] = *std::move(value);
        else
            watched.document.erase(key);
        if (by_app) watched.edited.insert(key);
    }
    auto const& last = commit.changes.back();
    auto const local = device.disk().local(last.key);
    if (last.text ? local != *last.text : local.has_value())
        throw Violation{"local view", last.key + " is not in the store as it was published"};
}

/// Nothing that apps have seen may be missing after a crash, and nothing may be there that they
/// could not see.
void Oracle::check_document(Device& device) {
    auto& watched = devices_.at(device.number());
    auto const rows = device.disk().document();
    if (rows != watched.document)
        throw Violation{"local view", device.name() + " has " + rows.dump() +
                                          " in its store instead of " + watched.document.dump()};
    for (auto const& changes : device.disk().journal_after(watched.replayed_to))
        replay(watched.replayed, changes);
    watched.replayed_to = watched.revision;
    auto const expected = leaves_of(rows);
    if (watched.replayed != expected)
        throw Violation{"local view", "by the journal of " + device.name() + ' ' +
                                          difference(watched.replayed, expected)};
    if (!device.is_up()) return;
    std::string seen;
    device.view().append_to(seen);
    if (seen != rows.dump())
        throw Violation{"local view", "apps of " + device.name() + " see " + seen};
}

void Oracle::started(Device& device) { check_document(device); }

void Oracle::crashed(Device& device) {
    auto& watched = devices_.at(device.number());
    watched.pace.crashed(world_.now());
    watched.clean_rounds = 0;  // the next process counts anew
    watched.verdict = Verdict::none;
}

store::Commit Oracle::whole(std::size_t device) const {
    auto const& watched = devices_.at(device);
    store::Commit commit{watched.revision, {}, true};
    for (auto const& [key, value] : watched.document.items())
        commit.changes.push_back({key, std::make_shared<std::string>(value.dump()), false});
    return commit;
}

/// Whether something stands at the path or below it: another value in a value's place is a change.
static bool has_something(Leaves const& leaves, std::string const& path) {
    return std::ranges::any_of(leaves, [&path](auto const& leaf) {
        bool const is_there = leaf.first == path || leaf.first.starts_with(path + '/');
        return is_there && is_filled(leaf.second);
    });
}

/// A document of the server that lost much is held until a person has seen it.
void Oracle::check_mass(Device const& device, store::Commit const& commit) const {
    constexpr std::size_t few = 4;
    auto const& watched = devices_.at(device.number());
    if (commit.changes.front().by_app || watched.verdict == Verdict::apply) return;
    std::size_t removed = 0;
    for (auto const& [key, text, by_app] : commit.changes) {
        auto const before = watched.leaves.find(key);
        if (before == watched.leaves.end() || watched.pending.contains(key)) continue;
        auto const after = leaves_of(key, text ? std::optional{Json::parse(*text)} : std::nullopt);
        for (auto const& [path, value] : before->second)
            if (is_filled(value) && !has_something(after, path)) ++removed;
    }
    if (watched.known >= few && 2 * removed > watched.known)
        throw Violation{"mass deletion", std::to_string(removed) + " of " +
                                             std::to_string(watched.known) + " settings of " +
                                             device.name() + " went without a person's word"};
}

/// No person of this world takes a guest's settings over.
void Oracle::check_owner(Device const& device, store::Commit const& commit) {
    for (auto const& change : commit.changes)
        if (change.text && change.text->find("\"guest\"") != std::string::npos)
            throw Violation{"whose", device.name() + " has a guest's " + change.key};
}

void Oracle::check_convergence(Device& device) {
    check_document(device);
    auto const& document = devices_.at(device.number()).document;
    if (document != server_.document())
        throw Violation{"convergence",
                        "on " + device.name() + ' ' +
                            difference(leaves_of(document), leaves_of(server_.document())) +
                            ", by the server"};
    if (!device.disk().dirty().empty())
        throw Violation{"convergence", device.name() + " still has something to send"};
}

void Oracle::wrote(Call const& call, Json const& before) {
    auto const visit = [&](auto const& path, auto const* was, auto const* is) {
        history_.written(call.device, path, was, is, call.read, server_.version());
    };
    compare(leaves_of(before), leaves_of(server_.document()), visit);
}

/// Notes what of it is not so: only a later look can tell.
void Oracle::promised(Call const& call) {
    auto const theirs = leaves_of(server_.document());
    auto const body = Json::parse(call.body);
    if (call.method == "PUT") {
        for (auto const& [path, text] : leaves_of(body)) {
            auto const found = theirs.find(path);
            bool const is_there = found != theirs.end() && found->second == text;
            if (!is_there) history_.vanished(path, &text, server_.version());
        }
        return;
    }
    for (auto const& [path, text] : theirs)
        for (auto const& key : body.at("keys"))
            if (is_at_or_below(path, key.get<std::string>()))
                history_.vanished(path, nullptr, server_.version());
}

}  // namespace settings::simulation
