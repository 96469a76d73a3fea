#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/path.h"
#include "store/document.h"

namespace settings::store {

/// What an edit by paths makes of the document, before it is written: each path sees what those
/// before it did. Loads only the keys that a path can name, once each. Throws SqliteError.
class Draft {
  public:
    explicit Draft(Document& document) : document_{document} {}

    /// Removes the value at a path; a path that names nothing is passed over.
    void erase(std::string_view path);

    /// The keys that were touched, with their values before and after.
    [[nodiscard]] std::vector<Touched> take();

  private:
    [[nodiscard]] Keys keys();
    [[nodiscard]] Touched& loaded(std::string const& key);

    Document& document_;
    std::map<std::string, Touched> loaded_;
};

}  // namespace settings::store
