#include "store/document.h"

#include <utility>

#include "store/stored_json.h"

namespace settings::store {
namespace {

/// What a key and its value take in the text of all settings, beside the value: two quotes, a colon
/// and a comma.
constexpr std::int64_t around_value = 4;

std::string mebibytes(std::int64_t bytes) {
    constexpr std::int64_t mebibyte = 1'048'576;
    auto const tenths = (10 * bytes + mebibyte / 2) / mebibyte;
    return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " MiB";
}

Error no_room(std::int64_t now, std::int64_t then) {
    constexpr auto most = document_bytes;
    std::string const ways = "remove some, or keep what is large in files of its own";
    if (now > most)
        return {Errc::too_large, "the settings take " + mebibytes(now) + " already, and " +
                                     mebibytes(most) +
                                     " is the most; until some are removed, only removals and "
                                     "smaller values are taken"};
    return {Errc::too_large, "the settings would take " + mebibytes(then) + ", and " +
                                 mebibytes(most) + " is the most; " + ways};
}

}  // namespace

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
      free_rejected_{connection, "DELETE FROM rejected WHERE key = ?"},
      stored_bytes_{connection,
                    "SELECT length(CAST(key AS BLOB)) + length(CAST(local AS BLOB)) FROM setting "
                    "WHERE key = ? AND local IS NOT NULL"} {
    Statement all{connection,
                  "SELECT coalesce(sum(length(CAST(key AS BLOB)) + length(CAST(local AS BLOB)) + "
                  "?), 0) FROM setting WHERE local IS NOT NULL"};
    bytes_ = committed_bytes_ = all.query(around_value).one().integer(0);
}

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

/// What a key and its local value take now; 0 when it has none.
std::int64_t Document::stored_bytes(std::string const& key) {
    auto found = stored_bytes_.query(key);
    return found.next() ? found.integer(0) + around_value : 0;
}

Result<void> Document::check_room(std::vector<Touched> const& touched) {
    auto then = bytes_;
    for (auto const& each : touched) {
        then -= stored_bytes(each.key);
        if (each.after)
            then += static_cast<std::int64_t>(each.key.size() + to_text(*each.after).size()) +
                    around_value;
    }
    bool const fits = then <= document_bytes || then <= bytes_;
    if (!fits) return no_room(bytes_, then);
    return {};
}

std::size_t Document::write(std::vector<Touched> const& touched, Origin origin,
                            std::string const& app) {
    // As text from the first key on: of a whole document the changes would take ten times as much.
    std::string text;
    std::size_t leaves = 0;
    std::vector<Touched const*> written;
    for (auto const& each : touched) {
        auto const changes = changes_of(each.key, each.before, each.after);
        if (changes.empty()) continue;
        auto const list = to_text(to_json(changes));
        (text += text.empty() ? '[' : ',').append(list, 1, list.size() - 2);
        leaves += changes.size();
        written.push_back(&each);
    }
    if (written.empty()) return 0;
    journal_.append(clock_(), origin, app, text + ']');
    for (auto const* each : written) write_local(*each, origin);
    return leaves;
}

void Document::write_local(Touched const& touched, Origin origin) {
    auto text = text_of(touched.after);
    bytes_ -= stored_bytes(touched.key);
    if (text) bytes_ += static_cast<std::int64_t>(touched.key.size() + text->size()) + around_value;
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
    bytes_ = committed_bytes_;
}

void Document::back_to(Mark mark) {
    journal_.back_to(mark.journal);
    changes_.resize(mark.changes);
    bytes_ = mark.bytes;
}

Commit Document::take_commit() {
    committed_bytes_ = bytes_;
    return {head(), std::exchange(changes_, {})};
}

}  // namespace settings::store
