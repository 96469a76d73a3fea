#include "settings/mapped_settings.h"

#include <algorithm>
#include <limits>

#include "client/json_of.h"
#include "model/path.h"
#include "model/tag.h"

namespace settings::client {
MappedSettings::MappedSettings(std::string const& socket_path) : path_{socket_path + ".snapshot"} {}

void MappedSettings::Close::operator()(settings_snapshot* map) const {
    settings_snapshot_close(map);
    delete map;
}

std::optional<MappedSettings::Found> MappedSettings::find(std::string_view path) {
    // The daemon has words for a path that can be none.
    if (path.empty() || !check_path(path) || !refresh()) return std::nullopt;
    settings_value value;
    auto const found = settings_snapshot_get(map_.get(), path.data(), path.size(), &value);
    if (found == SETTINGS_ABSENT) return Found{};
    if (found != SETTINGS_FOUND) return std::nullopt;
    auto json = json_of(value);
    if (!json) return std::nullopt;
    return Found{std::move(json)};
}

std::optional<std::int64_t> MappedSettings::revision() {
    if (!refresh()) return std::nullopt;
    return settings_snapshot_revision(map_.get());
}

bool MappedSettings::wait(std::chrono::milliseconds timeout) {
    if (map_ && settings_snapshot_is_replaced(map_.get())) return refresh();
    if (!refresh()) return false;
    auto const longest = std::chrono::milliseconds{std::numeric_limits<int>::max()};
    auto const limit =
        static_cast<int>(std::clamp(timeout, std::chrono::milliseconds{0}, longest).count());
    if (settings_snapshot_wait(map_.get(), seen_, limit) != 1) return false;
    seen_ = settings_snapshot_generation(map_.get());
    return true;
}

void MappedSettings::demand(std::string const& tag) {
    auto const state = cursor_in(tag);
    if (!state) return;
    least_revision_ = state->revision;
    store_ = state->store;
}

bool MappedSettings::refresh() {
    if (map_ && is_usable()) return true;
    map_.reset();
    auto fresh = std::make_unique<settings_snapshot>();
    if (settings_snapshot_open(fresh.get(), path_.c_str()) != 0) return false;
    map_.reset(fresh.release());
    seen_ = settings_snapshot_generation(map_.get());
    return is_usable();
}

bool MappedSettings::is_usable() const {
    return !settings_snapshot_is_replaced(map_.get()) &&
           (!store_ || settings_snapshot_store(map_.get()) == *store_) &&
           settings_snapshot_revision(map_.get()) >= least_revision_;
}

}  // namespace settings::client
