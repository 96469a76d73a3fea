#include "store/document.h"

#include <utility>

#include "store/stored_json.h"

namespace settings::store {

Document::Document(Connection& connection, WallClock clock, Retention retention)
    : clock_{std::move(clock)},
      journal_{connection, retention},
      load_{connection, "SELECT local, mirror FROM setting WHERE key = ?"},
      load_all_{connection, "SELECT key, local, mirror FROM setting"},
      keys_{connection, "SELECT key FROM setting WHERE local IS NOT NULL"},
      last_key_{connection, "SELECT key FROM setting WHERE key <= ? ORDER BY key DESC LIMIT 1"},
      write_local_{connection,
                   "INSERT INTO setting (key, local, revision) VALUES (?1, ?2, ?3) ON CONFLICT "
                   "(key) DO UPDATE SET local = excluded.local, revision = excluded.revision"},
      write_mirror_{connection,
                    "INSERT INTO setting (key, mirror, revision) VALUES (?1, ?2, ?3) ON CONFLICT "
                    "(key) DO UPDATE SET mirror = excluded.mirror"},
      drop_absent_{connection,
                   "DELETE FROM setting WHERE key = ? AND local IS NULL AND mirror IS NULL"},
      free_rejected_{connection, "DELETE FROM rejected WHERE key = ?"} {}

Setting Document::load(std::string_view key) {
    auto found = load_.query(key);
    if (!found.next()) return {};
    return {parse_stored(found.optional_text(0)), parse_stored(found.optional_text(1))};
}

std::optional<std::string> Document::last_key_up_to(std::string_view bound) {
    auto found = last_key_.query(bound);
    if (!found.next()) return std::nullopt;
    return std::string{found.text(0)};
}

std::set<std::string> Document::keys() {
    std::set<std::string> names;
    for (auto found = keys_.query(); found.next();) names.emplace(found.text(0));
    return names;
}

std::map<std::string, Setting> Document::rows_that_differ_from(Json const& remote) {
    std::map<std::string, Setting> rows;
    for (auto const& [key, theirs] : remote.items()) rows.try_emplace(key);
    for (auto found = load_all_.query(); found.next();) {
        auto const key = std::string{found.text(0)};
        auto const mirror = found.optional_text(2);
        auto const* theirs = member(&remote, key);
        bool const agrees = theirs == nullptr ? !mirror : mirror == to_text(*theirs);
        if (agrees)
            rows.erase(key);
        else
            rows[key] = {parse_stored(found.optional_text(1)), parse_stored(mirror)};
    }
    return rows;
}

std::size_t Document::write(std::vector<Touched> const& touched, Origin origin,
                            std::string const& app) {
    ChangeSet changes;
    std::vector<Touched const*> written;
    for (auto const& each : touched) {
        Path path{each.key};
        auto const known = changes.size();
        diff_into(changes, path, pointer_to(each.before), pointer_to(each.after));
        if (changes.size() > known) written.push_back(&each);
    }
    if (changes.empty()) return 0;
    journal_.append(clock_(), origin, app, to_text(to_json(changes)));
    for (auto const* each : written) write_local(*each, origin);
    return changes.size();
}

void Document::write_local(Touched const& touched, Origin origin) {
    auto text = text_of(touched.after);
    write_local_.run(touched.key, text, head());
    if (!text) drop_absent_.run(touched.key);
    free_rejected_.run(touched.key);
    changes_.push_back({touched.key, std::move(text), origin != Origin::remote});
}

void Document::write_mirror(std::string const& key, std::optional<Json> const& value) {
    write_mirror_.run(key, text_of(value), head());
    if (!value) drop_absent_.run(key);
}

void Document::reload() {
    journal_.reload();
    changes_.clear();
}

void Document::back_to(Mark mark) {
    journal_.back_to(mark.journal);
    changes_.resize(mark.changes);
}

Commit Document::take_commit() { return {head(), std::exchange(changes_, {})}; }

}  // namespace settings::store
