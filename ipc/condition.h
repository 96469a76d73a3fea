#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace settings::ipc {

/// What a request wants to be so of the document as it is now (RFC 9110, 13.1): If-Match and
/// If-None-Match. A tag that no document ever had, and a text that is no list of tags, is compared
/// like any other one: it is not this document's.
class Condition {
  public:
    /// Whether a request is carried out, and why not.
    enum class Outcome {
        holds,
        failed,   ///< 412
        matched,  ///< one of If-None-Match is the document's: 304 to a read, 412 to a write
    };

    /// What always holds.
    Condition() = default;

    /// Reads the fields, each absent or with the values of all its lines joined by commas.
    Condition(std::optional<std::string_view> if_match,
              std::optional<std::string_view> if_none_match);

    [[nodiscard]] bool is_absent() const { return !match_ && !none_match_; }

    /// `tag` is the document's, strong and without its quotes. There always is a document, so that
    /// "*" stands for it whatever its tag.
    [[nodiscard]] Outcome of(std::string_view tag) const;

    /// The tags of one field.
    struct Tags {
        bool any = false;  ///< "*"
        std::vector<std::string> strong = {};
        std::vector<std::string> weak = {};
    };

  private:
    std::optional<Tags> match_;
    std::optional<Tags> none_match_;
};

}  // namespace settings::ipc
