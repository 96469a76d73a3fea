#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/limits.h"
#include "model/path.h"
#include "store/document.h"

namespace settings::store {

/// What an edit by paths makes of the document, before it is written: each path sees what those
/// before it did. Loads only the keys that a path can name, once each. Throws SqliteError.
class Draft {
  public:
    explicit Draft(Document& document) : document_{document} {}

    // A path is a text (std::string) or just these names (Path).

    /// The value at a path; nothing when there is none, or when it takes too many detours to know.
    [[nodiscard]] std::optional<Json> find(std::string const& path);

    /// Removes the value at a path; a path that names nothing is passed over.
    /// Errors: too_large, when it takes too many detours to know that.
    template <class Kind>
    [[nodiscard]] Result<void> erase(Kind const& path);

    /// Merges a value into the one at a path, where place_for() finds room for it.
    /// Errors: conflict, when there is none; too_large, when what is new would stand too deep or
    /// have too long a name, and as for erase().
    template <class Kind>
    [[nodiscard]] Result<void> put(Kind const& path, Json value);

    /// Puts a value in the place of the one at a path, as a whole. Errors: as for put().
    template <class Kind>
    [[nodiscard]] Result<void> replace(Kind const& path, Json value);

    /// The keys that were touched, with their values before and after.
    [[nodiscard]] std::vector<Touched> take();

  private:
    template <class Kind>
    [[nodiscard]] Result<Path> room_for(Kind const& path, Json const& value);
    void merge_in(Path const& place, Json value);
    void remove(Path const& place);
    [[nodiscard]] Keys keys();
    [[nodiscard]] std::optional<std::string> last_key_up_to(std::string_view bound);
    [[nodiscard]] Touched& loaded(std::string const& key);

    Document& document_;
    std::size_t detours_ = limits::detours;
    std::map<std::string, Touched, std::less<>> loaded_;
};

}  // namespace settings::store
