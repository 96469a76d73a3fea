#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/json.h"
#include "model/revision.h"
#include "model/tag.h"
#include "store/commit.h"

namespace settings::store {

/// The committed document in memory: what apps read. Fed by the writer's commits, so that nobody
/// reads an edit that a crash could undo. For the loop's thread.
class View {
  public:
    void apply(Commit const& commit);

    [[nodiscard]] Revision revision() const { return revision_; }
    [[nodiscard]] Tag tag() const { return {revision_, store_}; }
    [[nodiscard]] std::size_t size() const { return texts_.size(); }  ///< top-level keys

    /// The values of all keys.
    using Texts = std::map<std::string, SharedText, std::less<>>;
    [[nodiscard]] Texts const& texts() const { return texts_; }

    /// Appends the document as one JSON object.
    void append_to(std::string& text) const;

    /// The value at a path, as resolve() finds it in the whole document.
    [[nodiscard]] std::optional<Json> find(std::string_view path) const;

    /// This state of the document, with the keys alone that find() looks at for that path.
    [[nodiscard]] View along(std::string_view path) const;

    /// About what all keys take with their values in append_to(). Takes as long as there are many.
    [[nodiscard]] std::size_t bytes() const;

  private:
    [[nodiscard]] std::optional<std::string> last_key_up_to(std::string_view bound) const;

    Revision revision_ = 0;
    StoreId store_ = any_store;
    Texts texts_;
};

}  // namespace settings::store
