#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "model/json.h"

namespace settings {
inline namespace model {

/// The canonical text of a value (json.h); null where there is none. It is never changed, so
/// whoever keeps it shares it, on any thread: all settings together take megabytes.
using SharedText = std::shared_ptr<std::string const>;

[[nodiscard]] SharedText shared_text(Json const& value);
[[nodiscard]] SharedText shared_text(std::optional<Json> const& value);

/// A document as canonical texts, one for each top-level key. As a tree of values it takes
/// up to fifteen times as much memory.
class Texts {
  public:
    Texts() = default;
    /// Implicit: it is the same document. Throws Json::exception for what is no object.
    Texts(Json const& document);

    void set(std::string const& key, Json const& value);
    void remove(std::string const& key) { texts_.erase(key); }

    [[nodiscard]] bool contains(std::string const& key) const { return texts_.contains(key); }
    [[nodiscard]] std::size_t size() const { return texts_.size(); }
    [[nodiscard]] bool empty() const { return texts_.empty(); }

    /// Keys with their texts, by key.
    [[nodiscard]] auto begin() const { return texts_.begin(); }
    [[nodiscard]] auto end() const { return texts_.end(); }

    /// The text of the key's value; null when there is none.
    [[nodiscard]] SharedText find(std::string const& key) const;

    [[nodiscard]] std::optional<Json> value(std::string const& key) const;

    /// The canonical text of the whole document.
    [[nodiscard]] std::string text() const;

    /// The document as a tree.
    [[nodiscard]] Json tree() const;

    bool operator==(Texts const& other) const;

  private:
    std::map<std::string, SharedText> texts_;
};

/// Json would take it for an object of strings.
void to_json(Json&, Texts const&) = delete;

}  // namespace model
}  // namespace settings
