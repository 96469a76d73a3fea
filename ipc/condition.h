#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace settings::ipc {

/// What a request wants to be so of the document, or of the value, that it is about (RFC 9110,
/// 13.1): If-Match and If-None-Match. A tag that nothing ever had, and a text that is no list of
/// tags, is compared like any other one: it is not the tag of what is there.
class Condition {
  public:
    /// Whether a request is carried out, and why not.
    enum class Outcome {
        holds,
        failed,   ///< 412
        matched,  ///< If-None-Match names what is there: 304 to a read, 412 to a write
    };

    /// What there is now of what the request is about.
    struct Present {
        std::vector<std::string> tags;  ///< each names it; strong, and without their quotes
        bool exists = true;             ///< whether "*" stands for it
    };

    /// What always holds.
    Condition() = default;

    /// Reads the fields, each absent or with the values of all its lines joined by commas.
    Condition(std::optional<std::string_view> if_match,
              std::optional<std::string_view> if_none_match);

    [[nodiscard]] bool is_absent() const { return !match_ && !none_match_; }

    [[nodiscard]] Outcome of(Present const& present) const;

    /// Whether If-Match has only tags that match nothing: weak ones, or none at all.
    [[nodiscard]] bool can_match_nothing() const {
        return match_ && !match_->any && match_->strong.empty();
    }

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
