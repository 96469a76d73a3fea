#include "sync/engine/plan.h"

#include <algorithm>
#include <iterator>

#include "model/limits.h"

namespace settings::sync {

Plan plan(Batch const& batch) {
    Plan made;
    for (auto const& pending : batch) {
        auto const removed = removed_paths(pending);
        made.removed.insert(made.removed.end(), removed.begin(), removed.end());
        if (pending.local) made.put[pending.key] = *pending.local;
    }
    return made;
}

std::vector<std::string> take_removal(std::vector<std::string>& paths, std::size_t most) {
    constexpr std::size_t around_each = 3;  // quotes and a comma
    std::size_t bytes = 0, number = 0;
    auto const is_over = [&](std::string const& path) {
        bytes += path.size() + around_each;
        return ++number > 1 && (number > most || bytes > limits::removal_bytes);
    };
    auto const end = std::ranges::find_if(paths, is_over);
    std::vector<std::string> taken{std::make_move_iterator(paths.begin()),
                                   std::make_move_iterator(end)};
    paths.erase(paths.begin(), end);
    return taken;
}

}  // namespace settings::sync
