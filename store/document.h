#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/change_set.h"
#include "model/result.h"
#include "model/revision.h"
#include "model/texts.h"
#include "store/commit.h"
#include "store/journal_writer.h"
#include "store/origin.h"
#include "store/retention.h"
#include "store/setting.h"
#include "store/sqlite.h"
#include "store/wall_clock.h"

namespace settings::store {

/// All settings as one JSON text. Edits may take them no further; what other devices have brought
/// to the account may.
inline constexpr std::int64_t document_bytes = 8 * 1024 * 1024;

/// What a key and its value take in that text beside themselves: two quotes, a colon and a comma.
inline constexpr std::int64_t around_value = 4;

/// The settings with the journal of their changes: the rows that edits and the sync both write.
/// Runs inside a transaction that the caller holds. One thread. Throws SqliteError.
class Document {
  public:
    Document(Connection& connection, WallClock clock, Retention retention);

    /// The revision of the last change.
    [[nodiscard]] Revision head() const { return journal_.head(); }

    [[nodiscard]] std::int64_t unix_now() const { return clock_(); }

    [[nodiscard]] Setting load(std::string_view key);

    /// The key's local value alone.
    [[nodiscard]] std::optional<Json> local(std::string_view key);

    /// The last key, in the order of bytes, that is not behind `bound`.
    [[nodiscard]] std::optional<std::string> last_key_up_to(std::string_view bound);

    /// The keys that have a local value.
    [[nodiscard]] std::set<std::string> keys();

    /// The keys whose mirror is not what the server has. For all others a merge would keep ours.
    /// Values are compared as text and never parsed.
    [[nodiscard]] std::set<std::string> keys_that_differ_from(Texts const& remote);

    /// Writes the values that really change and one journal line about them, and frees the keys
    /// among them that were rejected. `app` tells who made an edit; "" when it was no app.
    ///
    /// Returns how many leaves changed. The revision stays when there is none.
    std::size_t write(std::vector<Touched> const& touched, Origin origin,
                      std::string const& app = {});

    /// The same, if the settings have room for it (Writing::check_room).
    [[nodiscard]] Result<void> write_if_it_fits(std::vector<Touched> const& touched, Origin origin,
                                                std::string const& app);

    /// The same in steps, for values that come one after the other: all together they would take
    /// too much memory.
    class Writing {
      public:
        explicit Writing(Document& document) : document_{document} {}

        void add(Touched const& touched);
        /// The same, where somebody has the text of the value afterwards.
        void add(Touched const& touched, SharedText text);

        /// Whether the settings have room for all that was added. Removals, and values that are
        /// smaller than those before them, always have. Errors: too_large.
        [[nodiscard]] Result<void> check_room() const;

        /// As write(), of all that was added. Once.
        std::size_t finish(Origin origin, std::string const& app = {});

      private:
        struct Local {
            std::string key;
            SharedText text;
            std::int64_t growth;  ///< of all settings as one JSON text
        };

        Document& document_;
        std::optional<Error> too_large_;  ///< one of the values is
        std::string changes_;             ///< as the journal has them, but for the end of the list
        std::size_t leaves_ = 0;
        std::vector<Local> written_;
    };

    void write_mirror(std::string const& key, std::optional<Json> const& value);
    /// The same, of a value as its text.
    void write_mirror_text(std::string const& key, SharedText const& text);

    /// For the caller's savepoints: mark() tells where the document is, and back_to() returns there
    /// after a rollback.
    struct Mark {
        JournalWriter::Ends journal;
        std::size_t changes;
        std::int64_t bytes;
    };
    [[nodiscard]] Mark mark() const { return {journal_.mark(), changes_.size(), bytes_}; }
    void back_to(Mark mark);

    /// Reads the head again after the whole transaction was rolled back.
    void reload();

    /// The local changes since the last call.
    [[nodiscard]] Commit take_commit();

  private:
    void write_local(std::string const& key, SharedText text, Origin origin);

    WallClock clock_;
    JournalWriter journal_;
    std::vector<LocalChange> changes_;
    std::int64_t bytes_ = 0;            ///< size of all settings as one JSON text
    std::int64_t committed_bytes_ = 0;  ///< size of all settings at the last commit

    Statement load_;
    Statement load_all_;
    Statement keys_;
    Statement last_key_;
    Statement write_local_;
    Statement write_mirror_;
    Statement drop_absent_;
    Statement free_rejected_;
};

}  // namespace settings::store
