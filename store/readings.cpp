#include "store/readings.h"

#include <set>

#include "model/path.h"

namespace settings::store {
namespace {

/// Values that are looked into for one dotted path. Where there are more, its names were made to
/// lead astray.
constexpr std::size_t most_looked_into = 1'000;

/// The paths as which a dotted one can be read, until there are two: then it is unclear.
class Reading {
  public:
    /// Adds each path below `at` that leads to a value in `value` and reads as `dotted`.
    void collect(Path const& at, Json const* value, std::string_view dotted) {
        for (auto const& [name, rest] : cuts(dotted)) {
            auto const* inner = member(value, name);
            if (inner == nullptr || is_unclear()) continue;
            auto path = at;
            path.emplace_back(name);
            if (rest)
                collect(path, inner, *rest);
            else
                add(std::move(path));
        }
        if (looked_into_ < most_looked_into) ++looked_into_;
    }

    void add(Path path) { found_.insert(std::move(path)); }

    /// What takes too long to know is unclear, too.
    [[nodiscard]] bool is_unclear() const {
        return found_.size() > 1 || looked_into_ == most_looked_into;
    }

    /// Of the paths that were found; all begin as the text does.
    [[nodiscard]] std::string shortest_key() const {
        std::string shortest;
        for (auto const& path : found_)
            if (shortest.empty() || path.front().size() < shortest.size()) shortest = path.front();
        return shortest;
    }

  private:
    std::set<Path> found_;
    std::size_t looked_into_ = 0;
};

}  // namespace

std::optional<std::string> Readings::in_the_way_of(std::string_view dotted) {
    Reading reading;
    for (auto const& [key, rest] : cuts(dotted)) {
        for (auto const& side : {&Setting::mirror, &Setting::local}) {
            auto const& value = setting(key).*side;
            Path const path{std::string{key}};
            if (value && rest)
                reading.collect(path, &*value, *rest);
            else if (value)
                reading.add(path);
        }
    }
    if (!reading.is_unclear()) return std::nullopt;
    return reading.shortest_key();
}

Setting const& Readings::setting(std::string_view key) {
    auto const known = loaded_.find(key);
    if (known != loaded_.end()) return known->second;
    return loaded_.emplace(key, document_.load(key)).first->second;
}

}  // namespace settings::store
