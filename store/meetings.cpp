#include "store/meetings.h"

#include <functional>
#include <utility>

#include "store/mass_change.h"

namespace settings::store {
namespace {

std::size_t hash_of(Texts const& document) { return std::hash<std::string>{}(document.text()); }

bool takes_theirs(Look const& look) {
    return look.meeting == Meeting::account || !look.exceptions.account.empty();
}

/// Whether the document lost much since a person saw it, and would take ours along.
bool has_shrunk(Look const& look) {
    if (!takes_theirs(look)) return false;
    auto const known = leaves_in(look.remote);
    return known < look.shown && is_over_half(look.shown - known, look.shown);
}

/// Whether a person has decided, and on this document as far as that matters. Other values in it
/// than the ones that were shown do not: a server may write some itself, at each look.
bool is_decided(Look const& look) {
    if (look.meeting.value_or(Meeting::hold) == Meeting::hold) return false;
    return !has_shrunk(look) && are_as_shown(look.exceptions, look.remote);
}

}  // namespace

Meetings::Meetings(Connection& connection, Document& document, Mirror& mirror, Bond& bond)
    : connection_{connection},
      document_{document},
      mirror_{mirror},
      bond_{bond},
      has_mirror_{connection, "SELECT EXISTS (SELECT 1 FROM setting WHERE mirror IS NOT NULL)"},
      believe_ours_{connection, "UPDATE setting SET mirror = local"},
      believe_our_{connection, "UPDATE setting SET mirror = local WHERE key = ?"},
      believe_nothing_{connection, "UPDATE setting SET mirror = NULL WHERE key = ?"},
      hold_all_{connection, "INSERT OR IGNORE INTO held (key) SELECT key FROM dirty"} {}

Reconciled Meetings::reconcile(Look const& look, Time now) {
    auto const kind = stranger(look.owner);
    if (kind && !is_decided(look)) {
        auto encounter = encounter_of(*kind, local_but(look.unreadable), look.remote);
        encounter.document = hash_of(look.remote);
        encounter.known = leaves_in(look.remote);
        if (waits(look, encounter)) return {.encounter = std::move(encounter)};
    }
    auto outcome = kind ? meet(look, look.meeting.value_or(Meeting::merge), now)
                        : mirror_.reconcile(look, now);
    if (outcome.held && !bond_.owner()) {
        hold_all_.run();
        return outcome;
    }
    bond_.join(look.owner);
    outcome.owner = *bond_.owner();
    return outcome;
}

/// Why the document has no past in common with ours; nothing when it has. A store of a version that
/// kept no owner has one as soon as there is a mirror.
std::optional<Encounter::Kind> Meetings::stranger(Owner const& theirs) {
    auto const ours = bond_.owner();
    if (ours && ours->origin != theirs.origin) return Encounter::Kind::server;
    if (ours && contradicts(*ours, theirs)) return Encounter::Kind::account;
    bool const is_first = !ours && has_mirror_.query().one().integer(0) == 0;
    if (is_first) return Encounter::Kind::first;
    return std::nullopt;
}

/// A first meeting waits only for a person who asked for that, or decided on another document, and
/// not where there is nothing to ask about.
bool Meetings::waits(Look const& look, Encounter const& encounter) const {
    if (encounter.kind != Encounter::Kind::first) return true;
    return look.meeting && encounter.differ + encounter.only_here > 0;
}

Reconciled Meetings::meet(Look const& look, Meeting meeting, Time now) {
    bool const is_another = bond_.owner().has_value();
    if (is_another) forget_former_document(connection_);
    auto first = look;
    first.winner = meeting == Meeting::device ? Winner::local : Winner::remote;
    first.judgement = takes_theirs(look) ? Verdict::apply : Verdict::none;
    believe(meeting, look.exceptions);
    first.is_missing = false;  // of this owner's document nothing is known yet
    mirror_.meet(keys_unmet(look, meeting));
    return mirror_.reconcile(first, now);
}

/// The keys of which nobody can tell yet what the account has, unless ours is to stay in any case.
std::set<std::string> Meetings::keys_unmet(Look const& look, Meeting meeting) {
    std::set<std::string> keys;
    if (meeting == Meeting::device) return keys;
    for (auto const& [key, why] : look.unreadable)
        if (!look.exceptions.device.contains(key)) keys.insert(key);
    return keys;
}

/// To be without edits of our own is to take theirs.
void Meetings::believe(Meeting meeting, Exceptions const& exceptions) {
    if (meeting == Meeting::account) believe_ours_.run();
    for (auto const& key : exceptions.account) believe_our_.run(key);
    for (auto const& key : exceptions.device) believe_nothing_.run(key);
}

/// Our document without the keys that cannot be compared.
Texts Meetings::local_but(Unreadable const& unreadable) {
    Texts document;
    for (auto const& key : document_.keys())
        if (!unreadable.contains(key)) document.set(key, *document_.local(key));
    return document;
}

}  // namespace settings::store
