#include "daemon/driver/way.h"

#include <utility>

#include "daemon/host/needs_route.h"

namespace settings::daemon {

Way::Way(std::unique_ptr<sync::Remote> remote) : remote_{std::move(remote)} {}

bool Way::is_open() const {
    if (!has_network_ || !needs_route(remote_->next_host())) return true;
    return *has_network_ && remote_->is_routable();
}

bool Way::is_cut_by(NetworkChange change) const {
    return change.lost && needs_route(remote_->next_host());
}

void Way::network_changed(NetworkChange change, std::optional<bool> has_network) {
    has_network_ = has_network;
    if (change.gained) remote_->doubt_addresses();
}

bool Way::take_next() {
    if (!next_) return false;
    remote_ = std::move(next_);
    return true;
}

}  // namespace settings::daemon
