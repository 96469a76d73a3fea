#include "store/stale.h"

#include "model/json.h"
#include "model/same.h"

namespace settings::store {
namespace {

std::set<std::string> texts_in(Json const& list) {
    std::set<std::string> texts;
    for (auto const& each : list)
        if (each.is_string()) texts.insert(each.get<std::string>());
    return texts;
}

}  // namespace

Stale::Stale(Connection& connection)
    : find_{connection, "SELECT value FROM memory WHERE name = 'put_back'"},
      keys_{connection, "SELECT key FROM dirty WHERE revision <= ?"},
      forget_{connection, "DELETE FROM memory WHERE name = 'put_back'"} {}

void Stale::note(Connection& connection, Note const& note) {
    Json object{{"last", note.last}, {"older", note.is_older}};
    if (note.keys) object["keys"] = *note.keys;
    Statement{connection, "INSERT OR REPLACE INTO memory VALUES ('put_back', ?)"}.run(
        to_text(object));
}

/// An earlier version noted nothing but that there is something.
std::optional<Stale::Note> Stale::find() {
    auto rows = find_.query();
    if (!rows.next()) return std::nullopt;
    auto const object = parse_json(rows.text(0));
    if (!object) return Note{};
    Note note;
    auto const *const last = member(&*object, "last"), *const keys = member(&*object, "keys");
    if (last != nullptr && last->is_number_integer()) note.last = last->get<Revision>();
    note.is_older = same(copy_of(member(&*object, "older")), Json(true));
    if (keys != nullptr && keys->is_array()) note.keys = texts_in(*keys);
    return note;
}

std::set<std::string> Stale::keys(Note const& note) {
    std::set<std::string> keys;
    for (auto rows = keys_.query(note.last); rows.next();) {
        std::string key{rows.text(0)};
        if (!note.keys || note.keys->contains(key)) keys.insert(std::move(key));
    }
    return keys;
}

void Stale::forget() { forget_.run(); }

}  // namespace settings::store
