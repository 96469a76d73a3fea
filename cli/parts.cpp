#include "cli/parts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "model/limits.h"

namespace settings::cli {
namespace {

constexpr std::size_t room = limits::body_bytes / 2;  // names and values have escapes, too

/// What else stands in a body: {"edits":[{"path":"…","value":…}]}.
constexpr std::size_t around_each = 64;

std::size_t bytes_of(Change const& change) {
    return pointer(change.path).size() + (change.after ? to_text(*change.after).size() : 0);
}

std::size_t depth_of(Json const& value) {
    if (!value.is_structured()) return 0;
    std::size_t deepest = 0;
    for (auto const& member : value) deepest = std::max(deepest, depth_of(member));
    return deepest + 1;
}

class Parts {
  public:
    void add(Change change) {
        auto const bytes = bytes_of(change);
        bool const is_object = change.after && change.after->is_object();
        if (bytes > room && is_object) return add_in_pieces(std::move(change));
        if (bytes + around_each > limits::body_bytes) refuse(change, "is larger than 1 MiB");
        if (change.after && change.path.size() + depth_of(*change.after) > limits::json_depth)
            refuse(change, "is nested deeper than 64 levels");
        if (parts_.empty() || filled_ + bytes > room) {
            parts_.emplace_back();
            filled_ = 0;
        }
        filled_ += bytes;
        parts_.back().push_back(std::move(change));
    }

    [[nodiscard]] Result<std::vector<ChangeSet>> take() {
        if (refusal_) return *std::move(refusal_);
        return std::move(parts_);
    }

  private:
    void refuse(Change const& change, std::string const& why) {
        refusal_ = Error{Errc::too_large, pointer(change.path) + " " + why +
                                              ", which no app may write; nothing was changed"};
    }

    /// What else is in its place makes room first.
    void add_in_pieces(Change change) {
        if (change.before) add({change.path, change.before, Json::object()});
        for (auto& [name, value] : change.after->items()) {
            auto path = change.path;
            path.push_back(name);
            add({std::move(path), std::nullopt, std::move(value)});
        }
    }

    std::optional<Error> refusal_;
    std::vector<ChangeSet> parts_;
    std::size_t filled_ = 0;  ///< bytes of the last part
};

}  // namespace

Result<std::vector<ChangeSet>> parts_of(ChangeSet changes) {
    Parts parts;
    for (auto& change : changes) parts.add(std::move(change));
    return parts.take();
}

}  // namespace settings::cli
