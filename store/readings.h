#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "store/document.h"

namespace settings::store {

/// How the server may read a dotted path: a name may itself hold dots, and the service does not
/// say which of several values it then takes. Loads only the keys that a path can name, once each.
class Readings {
  public:
    explicit Readings(Document& document) : document_{document} {}

    /// Where the path names more than one value in what the server has, together with what is on
    /// its way there: the shortest key that one of them is in, or an empty one where it takes too
    /// long to know. Without that key the path would be another one's alone, or nobody's.
    [[nodiscard]] std::optional<std::string> in_the_way_of(std::string_view dotted);

  private:
    [[nodiscard]] Setting const& setting(std::string_view key);

    Document& document_;
    std::map<std::string, Setting, std::less<>> loaded_;
};

}  // namespace settings::store
