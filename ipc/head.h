#pragma once

#include <boost/asio/buffer.hpp>
#include <string>

#include "ipc/command.h"

namespace settings::ipc {

/// What the reply says about the connection that it travels on.
enum class Connection {
    unsaid,      ///< lives on, as in HTTP/1.1 without a word
    keep_alive,  ///< lives on, and HTTP/1.0 has to be told (RFC 9112, C.2.2)
    close,
};

/// Writes status line and fields of `reply` over `head`, whose memory is used again.
void render_head(std::string& head, Reply const& reply, Connection connection);

/// The bytes that follow the head; none in a 304. A view into the reply.
[[nodiscard]] boost::asio::const_buffer body_of(Reply const& reply);

}  // namespace settings::ipc
