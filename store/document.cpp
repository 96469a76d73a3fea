#include "store/document.h"

#include <utility>

#include "model/each_change.h"
#include "model/limits.h"
#include "model/values_in.h"
#include "store/stored_json.h"

namespace settings::store {
namespace {

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

Error too_many_values(std::string const& key, std::size_t values) {
    return {Errc::too_large, '"' + key + "\" would hold " + std::to_string(values) +
                                 " values, lists and objects, and " +
                                 std::to_string(limits::remote_values) +
                                 " are the most that a device can read; keep what is large in a "
                                 "file of its own"};
}

/// Each value takes at least a byte, so those of a short text need not be counted.
std::size_t many_values_in(std::string const& text) {
    return text.size() > limits::remote_values ? values_in(text) : 0;
}

/// What a key and its value take in the text of all settings; 0 where it has none.
std::int64_t bytes_of(std::string const& key, SharedText const& text) {
    return text ? static_cast<std::int64_t>(key.size() + text->size()) + around_value : 0;
}

}  // namespace

Document::Document(Connection& connection, WallClock clock, Retention retention)
    : clock_{std::move(clock)},
      journal_{connection, retention},
      load_{connection, "SELECT local, mirror FROM setting WHERE key = ?"},
      load_all_{connection, "SELECT key, mirror FROM setting"},
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
      free_rejected_{connection, "DELETE FROM rejected WHERE key = ?"} {
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

std::optional<Json> Document::local(std::string_view key) {
    auto found = load_.query(key);
    if (!found.next()) return std::nullopt;
    return parse_stored(found.optional_text(0));
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

std::set<std::string> Document::keys_that_differ_from(Texts const& remote) {
    std::set<std::string> keys;
    for (auto const& [key, theirs] : remote) keys.insert(key);
    for (auto found = load_all_.query(); found.next();) {
        auto const key = std::string{found.text(0)};
        auto const mirror = found.optional_text(1);
        auto const theirs = remote.find(key);
        bool const agrees = theirs == nullptr ? !mirror : mirror == *theirs;
        if (agrees)
            keys.erase(key);
        else
            keys.insert(key);
    }
    return keys;
}

std::size_t Document::write(std::vector<Touched> const& touched, Origin origin,
                            std::string const& app) {
    Writing writing{*this};
    for (auto const& each : touched) writing.add(each);
    return writing.finish(origin, app);
}

Result<void> Document::write_if_it_fits(std::vector<Touched> const& touched, Origin origin,
                                        std::string const& app) {
    Writing writing{*this};
    for (auto const& each : touched) writing.add(each);
    if (auto const room = writing.check_room(); !room) return room.error();
    writing.finish(origin, app);
    return {};
}

void Document::Writing::add(Touched const& touched) { add(touched, shared_text(touched.after)); }

void Document::Writing::add(Touched const& touched, SharedText text) {
    auto const before = leaves_;
    auto const note = [this](Path const& path, Json const* old, Json const* fresh) {
        append_change(changes_, path, old, fresh);
        ++leaves_;
    };
    Path path{touched.key};
    each_change(path, pointer_to(touched.before), pointer_to(touched.after), note);
    if (leaves_ == before) return;
    auto const was = shared_text(touched.before);
    auto const values = text ? many_values_in(*text) : 0;
    if (!too_large_ && values > limits::remote_values && (!was || many_values_in(*was) < values))
        too_large_ = too_many_values(touched.key, values);
    auto const growth = bytes_of(touched.key, text) - bytes_of(touched.key, was);
    written_.push_back({touched.key, std::move(text), growth});
}

Result<void> Document::Writing::check_room() const {
    if (too_large_) return *too_large_;
    auto const now = document_.bytes_;
    auto then = now;
    for (auto const& each : written_) then += each.growth;
    bool const fits = then <= document_bytes || then <= now;
    if (!fits) return no_room(now, then);
    return {};
}

std::size_t Document::Writing::finish(Origin origin, std::string const& app) {
    if (written_.empty()) return 0;
    changes_ += ']';
    document_.journal_.append(document_.clock_(), origin, app, std::exchange(changes_, {}));
    for (auto& each : written_) {
        document_.bytes_ += each.growth;
        document_.write_local(each.key, std::move(each.text), origin);
    }
    return leaves_;
}

void Document::write_local(std::string const& key, SharedText text, Origin origin) {
    write_local_.run(key, text, head());
    if (!text) drop_absent_.run(key);
    free_rejected_.run(key);
    changes_.push_back({key, std::move(text), origin != Origin::remote});
}

void Document::write_mirror(std::string const& key, std::optional<Json> const& value) {
    write_mirror_text(key, shared_text(value));
}

void Document::write_mirror_text(std::string const& key, SharedText const& text) {
    write_mirror_.run(key, text, head());
    if (!text) drop_absent_.run(key);
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
