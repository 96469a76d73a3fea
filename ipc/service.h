#pragma once

#include <boost/asio/awaitable.hpp>

#include "ipc/command.h"

namespace settings::ipc {

/// What stands behind the socket. The server calls it on the loop, one command per connection at
/// a time; the answer may take as long as the command says.
class Service {
  public:
    virtual ~Service() = default;

    [[nodiscard]] virtual boost::asio::awaitable<Reply> handle(Peer peer, Command command) = 0;
};

}  // namespace settings::ipc
