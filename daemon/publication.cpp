#include "daemon/publication.h"

#include <spdlog/spdlog.h>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace settings::daemon {
namespace {

std::vector<snapshot::Text> all_of(store::View const& view) {
    std::vector<snapshot::Text> all;
    all.reserve(view.size());
    for (auto const& [key, text] : view.texts()) all.push_back({key, text});
    return all;
}

void report(std::string const& why) {
    spdlog::warn("apps read over the socket, and not from the file beside it: {}", why);
}

}  // namespace

Publication::Publication(bool is_wanted, std::filesystem::path const& socket,
                         store::View const& view, loop::Worker& worker)
    : view_{view} {
    if (!socket.is_absolute()) return;  // one without a path: nobody looks for a file beside it
    std::filesystem::path const file{socket.native() + ".snapshot"};
    if (is_wanted)
        publisher_.emplace(
            file, [this] { return all_of(view_); }, report,
            [&worker](std::size_t bytes, std::function<void()> work, std::function<void()> done) {
                worker.post(bytes, std::move(work), std::move(done));
            });
    else
        snapshot::clear_away(file);
}

void Publication::publish_whole() {
    if (publisher_) publisher_->publish_whole(view_.tag());
}

void Publication::publish(store::Commit const& commit) {
    if (commit.whole) return publish_whole();
    if (!publisher_) return;
    std::vector<snapshot::Change> changes;
    changes.reserve(commit.changes.size());
    for (auto const& [key, text, by_app] : commit.changes)
        changes.push_back({key, text ? std::optional<std::string_view>{*text} : std::nullopt});
    publisher_->publish(view_.tag(), changes);
}

}  // namespace settings::daemon
