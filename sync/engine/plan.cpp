#include "sync/engine/plan.h"

#include <algorithm>
#include <iterator>

#include "model/limits.h"

namespace settings::sync {

Texts values_in(Batch const& batch) {
    Texts values;
    for (auto const& pending : batch)
        if (pending.local) values.set(pending.key, *pending.local);
    return values;
}

std::vector<std::string> removals_in(Batch const& batch) {
    std::vector<std::string> paths;
    for (auto const& pending : batch) {
        auto removed = removed_paths(pending);
        std::ranges::move(removed, std::back_inserter(paths));
    }
    return paths;
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
