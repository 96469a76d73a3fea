#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "settings/value.h"

namespace settings::client {

// The history of the settings, as the journal and the watch tell it. As for Status, a field that
// the daemon left out is empty.

/// The program that made an edit.
struct App {
    std::optional<std::int64_t> pid;
    std::optional<std::uint32_t> uid;
    std::string executable;  ///< its file
    std::string name;        ///< as it calls itself, see Options
};

/// One setting that became another.
struct Change {
    std::string path;                ///< dotted
    std::vector<std::string> names;  ///< the path's names, which may hold dots themselves
    std::optional<Json> before;      ///< nothing means that it was absent
    std::optional<Json> after;       ///< nothing means that it was removed
};

/// How the settings here differ from the account's.
struct Difference {
    bool looked = true;           ///< false: the server was never looked at, and nothing is known
    std::vector<Change> changes;  ///< `before` is there, `after` is here
};

/// One edit: everything in it happened in one step.
struct Entry {
    Revision revision = 0;  ///< revision that the edit led to
    std::optional<Time> at;
    std::string origin;           ///< "app", "undo", "remote" (another device's edit), "recovery";
                                  ///< "organization" of a change that is none of the user's
    std::optional<App> app;       ///< who made it; only with origin "app" and "undo"
    std::vector<Revision> undid;  ///< what it took back; only with origin "undo"
    std::vector<Change> changes;
    Json answer = {};  ///< all of it, as it came
};

/// A stretch of the journal.
struct History {
    std::vector<Entry> entries;  ///< oldest first
    Revision oldest = 0;         ///< still in the journal; 0 when it is empty
    Revision revision = 0;       ///< the document's now
    bool more = false;           ///< newer ones with `since`, older ones without
    /// The last changes of the organization's settings, oldest first. They have no revision.
    std::vector<Entry> organization = {};
};

/// The part of the journal to read: the newest entries, unless told otherwise.
class JournalQuery {
  public:
    JournalQuery() {}

    /// The first ones after this revision.
    JournalQuery& since(std::optional<Revision> revision) {
        since_ = revision;
        return *this;
    }

    /// At most so many entries, up to 1000; 100 unless told.
    JournalQuery& limit(std::size_t entries) {
        limit_ = entries;
        return *this;
    }

    /// Only what concerns this setting; all for an empty path.
    JournalQuery& path(std::string path) {
        path_ = std::move(path);
        return *this;
    }

    [[nodiscard]] std::optional<Revision> since() const { return since_; }
    [[nodiscard]] std::optional<std::size_t> limit() const { return limit_; }
    [[nodiscard]] std::string const& path() const { return path_; }

  private:
    std::optional<Revision> since_;
    std::optional<std::size_t> limit_;
    std::string path_;
};

/// Reads a list of changes. Never fails.
[[nodiscard]] std::vector<Change> changes_in(Json const& list);

/// Reads one entry. Never fails.
[[nodiscard]] Entry entry_from(Json answer);

/// Reads the answer to GET /v1/journal. Never fails.
[[nodiscard]] History history_from(Json const& answer);

}  // namespace settings::client
