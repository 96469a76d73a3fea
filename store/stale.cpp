#include "store/stale.h"

#include <limits>
#include <sstream>

namespace settings::store {

Stale::Stale(Connection& connection)
    : find_{connection, "SELECT value FROM memory WHERE name = 'put_back'"},
      keys_{connection, "SELECT key FROM dirty WHERE revision <= ?"},
      forget_{connection, "DELETE FROM memory WHERE name = 'put_back'"} {}

void Stale::note(Connection& connection, Note const& note) {
    auto const text = std::to_string(note.last) + (note.is_older ? " older" : "");
    Statement{connection, "INSERT OR REPLACE INTO memory VALUES ('put_back', ?)"}.run(text);
}

/// An earlier version noted nothing but that it was put back.
std::optional<Stale::Note> Stale::find() {
    auto rows = find_.query();
    if (!rows.next()) return std::nullopt;
    std::istringstream stream{std::string{rows.text(0)}};
    Note note{std::numeric_limits<Revision>::max()};
    std::string word;
    if (Revision last = 0; stream >> last) note.last = last;
    note.is_older = stream >> word && word == "older";
    return note;
}

std::set<std::string> Stale::keys(Note const& note) {
    std::set<std::string> keys;
    for (auto rows = keys_.query(note.last); rows.next();) keys.emplace(rows.text(0));
    return keys;
}

void Stale::forget() { forget_.run(); }

}  // namespace settings::store
