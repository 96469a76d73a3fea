#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace settings::client {

/// RFC 3986, 2.1: every byte but the unreserved ones as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// The target of a request: a path, and the parameters that are there.
class Target {
  public:
    explicit Target(std::string path) : text_{std::move(path)} {}

    /// Adds a parameter, unless it is empty.
    Target& with(std::string_view name, std::string_view value);
    Target& with(std::string_view name, std::optional<std::int64_t> value);

    [[nodiscard]] std::string const& text() const { return text_; }

  private:
    std::string text_;
    char separator_ = '?';
};

}  // namespace settings::client
