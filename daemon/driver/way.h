#pragma once

#include <memory>
#include <optional>

#include "daemon/host/network.h"
#include "sync/remote/remote.h"

namespace settings::daemon {

/// The way to the server: the remote that requests go through, and whether a route leads to it.
/// For the loop's thread.
class Way {
  public:
    explicit Way(std::unique_ptr<sync::Remote> remote);

    [[nodiscard]] sync::Remote& remote() { return *remote_; }

    /// Whether a request may succeed. True as well where nobody tells of routes that come: there is
    /// nothing to wait for then, and only an attempt can tell.
    [[nodiscard]] bool is_open() const;

    /// Whether the connection may have gone with what the network lost. A dead connection would
    /// only be found out by a time-out.
    [[nodiscard]] bool is_cut_by(NetworkChange change) const;

    /// `has_network`: a route leads to any other machine; nothing when that cannot be seen.
    void network_changed(NetworkChange change, std::optional<bool> has_network);

    /// Has take_next() replace the remote. Not at once: all requests of a round go to one server.
    void prepare(std::unique_ptr<sync::Remote> next) { next_ = std::move(next); }

    /// Takes the remote that was prepared, if there is one, and says so. Not while a request is
    /// under way.
    bool take_next();

  private:
    std::unique_ptr<sync::Remote> remote_;
    std::unique_ptr<sync::Remote> next_;
    std::optional<bool> has_network_;
};

}  // namespace settings::daemon
