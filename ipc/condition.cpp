#include "ipc/condition.h"

#include <algorithm>

namespace settings::ipc {
namespace {

using Tags = Condition::Tags;

/// Takes what may stand between two tags; a list may have empty elements (RFC 9110, 5.6.1).
void skip(std::string_view& text, std::string_view characters) {
    text.remove_prefix(std::min(text.find_first_not_of(characters), text.size()));
}

/// Takes one entity tag and its quotes. False when there is none.
bool take_tag(std::string_view& text, Tags& tags) {
    bool const is_weak = text.starts_with("W/");
    if (is_weak) text.remove_prefix(2);
    if (!text.starts_with('"')) return false;
    auto const end = text.find('"', 1);
    if (end == text.npos) return false;
    (is_weak ? tags.weak : tags.strong).emplace_back(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
    return true;
}

/// No tags at all when the text is no list of them.
Tags tags_in(std::string_view text) {
    skip(text, " \t");
    auto const end = text.find_last_not_of(" \t");
    if (end == 0 && text.front() == '*') return {.any = true};
    Tags tags;
    for (skip(text, " \t,"); !text.empty(); skip(text, " \t,")) {
        if (!take_tag(text, tags)) return {};
        skip(text, " \t");
        if (!text.empty() && !text.starts_with(',')) return {};
    }
    return tags;
}

bool share_one(std::vector<std::string> const& some, std::vector<std::string> const& others) {
    return std::ranges::find_first_of(some, others) != some.end();
}

}  // namespace

Condition::Condition(std::optional<std::string_view> if_match,
                     std::optional<std::string_view> if_none_match) {
    if (if_match) match_ = tags_in(*if_match);
    if (if_none_match) none_match_ = tags_in(*if_none_match);
}

/// If-Match compares strongly and comes first (RFC 9110, 13.2.2); If-None-Match compares weakly.
Condition::Outcome Condition::of(Present const& present) const {
    auto const names_it = [&](Tags const& tags) {
        return (tags.any && present.exists) || share_one(tags.strong, present.tags);
    };
    if (match_ && !names_it(*match_)) return Outcome::failed;
    bool const is_known =
        none_match_ && (names_it(*none_match_) || share_one(none_match_->weak, present.tags));
    return is_known ? Outcome::matched : Outcome::holds;
}

}  // namespace settings::ipc
