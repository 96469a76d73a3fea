#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "settings/client.h"

namespace settings::system_test {

using client::Json;

/// What comes back for one request.
struct Response {
    int status = 0;
    std::string content_type;
    std::string body;
};

/// Of the bytes of one HTTP response. Throws when there is none.
[[nodiscard]] Response parse_response(std::string const& bytes);

/// An API's description in OpenAPI 3.1, to hold answers against.
class Description {
  public:
    /// An operation, as in "GET /v1/settings/{path}", and a status.
    using Named = std::pair<std::string, int>;

    explicit Description(std::filesystem::path const& file);

    [[nodiscard]] std::vector<std::string> operations() const;
    /// Each operation with each status that is named for it.
    [[nodiscard]] std::set<Named> named() const;

    /// What about a response differs from what is described; empty when nothing does. A member of
    /// an object that is not described is a difference too.
    [[nodiscard]] std::string difference(std::string const& operation,
                                         Response const& response) const;
    /// The same for a value and one of the shared schemas.
    [[nodiscard]] std::string difference_from(std::string const& schema, Json const& value) const;

  private:
    [[nodiscard]] Json const& responses(std::string const& operation) const;
    [[nodiscard]] Json const& resolved(Json const& object) const;
    [[nodiscard]] std::string violation(Json const& schema, Json const& value) const;

    Json description_;
};

}  // namespace settings::system_test
