#include "store/journal_writer.h"

namespace settings::store {
namespace {

/// What an entry counts for beyond its texts: revision, time, origin, and the room between rows.
/// The third migration (schema.cpp) counts alike.
constexpr std::int64_t row_bytes = 64;

/// How many entries an edit drops beyond those that it needs the room of. So a history that was
/// once allowed to be longer shrinks, with no pause for anybody.
constexpr std::int64_t catching_up = 16;

std::int64_t bytes_of(std::string_view app, std::string_view changes) {
    return row_bytes + static_cast<std::int64_t>(app.size() + changes.size());
}

}  // namespace

JournalWriter::JournalWriter(Connection& connection, Retention retention)
    : retention_{retention},
      first_{connection, "SELECT revision, position FROM journal ORDER BY revision LIMIT 1"},
      last_{connection,
            "SELECT revision, position, app, changes FROM journal ORDER BY revision DESC LIMIT 1"},
      append_{connection,
              "INSERT INTO journal (revision, at, origin, app, changes, position) VALUES (?, ?, ?, "
              "?, ?, ?)"},
      drop_{connection, "DELETE FROM journal WHERE revision = ?"} {
    reload();
}

void JournalWriter::append(std::int64_t at, Origin origin, std::string const& app,
                           std::string const& changes) {
    auto const bytes = bytes_of(app, changes);
    append_.run(++ends_.head, at, name_of(origin), app, changes, ends_.end);
    ends_.end += bytes;
    if (ends_.oldest == 0) ends_.oldest = ends_.head;
    // An entry counts for a row's bytes at least, so this many make room for any other one.
    for (auto left = catching_up + bytes / row_bytes; left > 0 && keeps_too_much(); --left) {
        drop_.run(ends_.oldest);
        find_oldest();
    }
}

bool JournalWriter::keeps_too_much() const {
    bool const is_long = ends_.head - ends_.oldest >= retention_.revisions;
    bool const is_large = ends_.end - ends_.begin > retention_.bytes;
    return (is_long || is_large) && ends_.oldest < ends_.head;
}

void JournalWriter::find_oldest() {
    auto first = first_.query();
    if (!first.next()) return;
    ends_.oldest = first.integer(0);
    ends_.begin = first.integer(1);
}

void JournalWriter::reload() {
    ends_ = {};
    find_oldest();
    auto last = last_.query();
    if (!last.next()) return;
    ends_.head = last.integer(0);
    ends_.end = last.integer(1) + bytes_of(last.text(2), last.text(3));
}

}  // namespace settings::store
