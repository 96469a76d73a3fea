#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/result.h"
#include "model/undo.h"
#include "store/document.h"
#include "store/journal.h"

namespace settings::store {

/// Puts old values back, as one more change of the document. Runs inside a transaction that the
/// caller holds. Throws SqliteError.
class TakeBack {
  public:
    TakeBack(Document& document, Journal& journal) : document_{document}, journal_{journal} {}

    /// Errors: not_found, when the journal does not hold what is to be taken back; conflict, when a
    /// value was changed again since; too_large, also where all settings together would be. Then
    /// nothing is written.
    [[nodiscard]] Result<Undone> carry_out(Undo const& undo, std::string const& app);

  private:
    [[nodiscard]] Result<std::vector<Revision>> revisions_of(Undo const& undo);
    [[nodiscard]] bool take_back(Change const& change, bool force);
    [[nodiscard]] Error changed_since(Path const& path, Revision revision,
                                      std::vector<Revision> const& taken_back);
    [[nodiscard]] std::optional<JournalEntry> newest_change(
        Path const& path, Revision after, std::vector<Revision> const& taken_back);
    void load(std::string const& key);
    [[nodiscard]] std::vector<Touched> touched() const;

    Document& document_;
    Journal& journal_;
    std::map<std::string, std::optional<Json>> before_;  ///< the keys concerned, as they are
    Json after_ = Json::object();                        ///< the keys concerned, as they are to be
};

}  // namespace settings::store
