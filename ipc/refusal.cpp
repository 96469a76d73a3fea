#include "ipc/refusal.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <utility>

#include "ipc/head.h"
#include "ipc/peer.h"
#include "ipc/reply.h"

namespace settings::ipc {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

void refuse(stream_protocol::socket client, Reply const& reply) {
    std::string head;
    render_head(head, reply, Connection::close);
    std::array<asio::const_buffer, 2> const buffers{asio::buffer(head), body_of(reply)};
    error_code ignored;
    client.non_blocking(true, ignored);
    client.write_some(buffers, ignored);
}

void turn_away(int listening, std::string const& reason) noexcept try {
    auto const reply = failure(503, "settingsd cannot start: " + reason);
    asio::io_context context;
    stream_protocol::acceptor acceptor{context, stream_protocol{}, listening};
    acceptor.non_blocking(true);
    // As many as may have been waiting; for those who come in the meantime it is started again.
    for (int waiting = SOMAXCONN; waiting > 0; --waiting) {
        error_code error;
        auto client = acceptor.accept(error);
        if (error == asio::error::would_block) return;
        if (error) continue;
        auto const peer = peer_of(client.native_handle());
        if (peer && peer->uid == geteuid()) refuse(std::move(client), reply);
    }
} catch (std::exception const&) {
    // No socket to listen on, or no memory: then nobody is told.
}

}  // namespace settings::ipc
