#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <variant>

#include "sync/engine/reply.h"

namespace settings::sync {

/// The service, as whoever drives the engine sees it. For one thread, one call at a time.
class Remote {
  public:
    Remote() = default;
    Remote(Remote const&) = delete;
    Remote& operator=(Remote const&) = delete;
    virtual ~Remote() = default;

    using Outcome = std::variant<Answer, Failure>;

    /// Sends one request. Failures: offline and untrusted, when nothing was sent, and impostor,
    /// when somebody spoke before; otherwise unknown_outcome. The token goes into the Authorization
    /// header and nowhere else; an empty one is left out.
    [[nodiscard]] virtual boost::asio::awaitable<Outcome> call(Request request,
                                                               std::string token) = 0;

    /// Drops the connection, because the network changed, or somebody else is at its other end; the
    /// next call looks up the name again and connects anew. A call under way, whatever it waits
    /// for, ends at once: with the answer if all of it has come, else with unknown_outcome when the
    /// request may be on its way, and with offline when not.
    virtual void disconnect() = 0;

    /// Whom connections are made to: the server, or the proxy that leads to it.
    [[nodiscard]] virtual std::string const& next_host() const = 0;

    /// Scheme, host and port of the server (RFC 6454, 6.2), each in one spelling.
    [[nodiscard]] virtual std::string origin() const = 0;

    /// Whether the kernel knows a way to one of its addresses, as far as they are known.
    [[nodiscard]] virtual bool is_routable() const = 0;

    /// Another network may know the host by other addresses: until the next lookup has ended, well
    /// or badly, the known ones do not count.
    virtual void doubt_addresses() = 0;
};

}  // namespace settings::sync
