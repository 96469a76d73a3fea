#include "cli/parts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "model/depth.h"
#include "model/limits.h"

namespace settings::cli {
namespace {

constexpr std::size_t room = limits::body_bytes / 2;  // names and values have escapes, too

/// As {"path":["…"],"value":…}, with the quotes and commas of the names.
std::size_t bytes_of(Change const& change) {
    constexpr std::size_t around_each = 64, around_name = 3;
    auto const path = pointer(change.path).size() + around_name * change.path.size();
    return path + (change.after ? to_text(*change.after).size() : 0) + around_each;
}

/// What the server holds may be deeper, and a plain value in it may change.
bool is_too_deep(Change const& change) {
    bool const adds_levels = change.after && (change.after->is_structured() || !change.before);
    return adds_levels && change.path.size() + depth_of(*change.after) > limits::json_depth;
}

class Parts {
  public:
    void add(Change change) {
        auto const bytes = bytes_of(change);
        bool const is_object = change.after && change.after->is_object();
        if (bytes > room && is_object) return add_in_pieces(std::move(change));
        if (bytes > limits::body_bytes) refuse(change, "is larger than 1 MiB");
        if (is_too_deep(change)) refuse(change, "is nested deeper than 64 levels");
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
