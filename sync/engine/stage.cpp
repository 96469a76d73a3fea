#include "sync/engine/stage.h"

#include <algorithm>
#include <iterator>

namespace settings::sync {
namespace {

struct Awaited {
    char const* operator()(Noting const&) const { return "the store"; }
    char const* operator()(Renewing const&) const { return "a new access token"; }
    char const* operator()(Looking const&) const { return "the server's document"; }
    char const* operator()(Merging const&) const { return "the merge"; }
    char const* operator()(Taking const&) const { return "the store"; }
    char const* operator()(Putting const&) const { return "the server's answer to a PUT"; }
    char const* operator()(Removing const&) const { return "the server's answer to a DELETE"; }
    char const* operator()(Probing const&) const { return "the server's answer to a PUT"; }
    char const* operator()(Settling const&) const { return "the store"; }
    char const* operator()(SettingAside const&) const { return "the store"; }
};

}  // namespace

Batch Flight::take_values() {
    auto const removes = [](Pending const& each) { return !removed_paths(each).empty(); };
    auto const values = std::stable_partition(batch.begin(), batch.end(), removes);
    Batch taken{std::make_move_iterator(values), std::make_move_iterator(batch.end())};
    batch.erase(values, batch.end());
    pending -= std::min(pending, taken.size());  // a key that had been set aside is not counted
    return taken;
}

char const* name_of(Stage const& stage) { return std::visit(Awaited{}, stage); }

}  // namespace settings::sync
