#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "ipc/admission.h"
#include "ipc/handler.h"
#include "ipc/peer.h"
#include "ipc/session.h"
#include "loop/signal.h"

namespace settings::ipc {

/// The local API: accepts connections on a Unix socket and serves each in a session of its own.
///
/// All calls on the loop's thread. Destroy it only once the loop has stopped for good, or once
/// stop() has returned and open_sessions() is 0.
class Server {
  public:
    struct Options {
        /// At once. Whoever comes next gets the place of the oldest one that waits for its client
        /// (see Session::may_give_way), or a 503.
        std::size_t connections = 2048;
        /// Descriptors that the process may have; 16 of them are never a connection's, so that
        /// files, and whatever else the daemon needs, can be opened.
        std::size_t descriptors = std::numeric_limits<std::size_t>::max();
        /// Bytes that the bodies of all requests may have together, but for small ones.
        std::size_t body_bytes = 64 * 1024 * 1024;
        Admission admission = {};  ///< the owner alone
        Timeouts timeouts;
        /// Told, in one sentence, of what nobody else is told: a handler that threw, or that nobody
        /// can be let in, once while it stays so.
        std::function<void(std::string)> report;
        /// Replaced by tests that cannot change their user.
        std::function<std::optional<Peer>(int fd)> identify = peer_of;
    };

    /// Takes over `listening`, a descriptor from listen_on() or one that passed check_listening().
    /// Nothing is accepted before start(). `handler` must outlive this.
    Server(boost::asio::any_io_executor executor, int listening, Handler& handler, Options options);
    ~Server();
    Server(Server const&) = delete;
    Server& operator=(Server const&) = delete;

    /// Where it listens, as clients find it.
    [[nodiscard]] std::string path() const;

    /// The descriptor that it listens on, which stays its own.
    [[nodiscard]] int listening() { return acceptor_.native_handle(); }

    /// Begins to accept. Once.
    void start();

    /// Takes over another socket like the first one, and leaves that: its file is gone. Connections
    /// stay.
    void listen_on(int listening);

    /// Stops accepting, closes idle connections, and lets each request in hand be answered, but
    /// closes all that are left after `grace`. Returns when no session is left or the grace is
    /// over; a service that still has not answered by then keeps its session open. Once.
    [[nodiscard]] boost::asio::awaitable<void> stop(std::chrono::milliseconds grace);

    /// For tests, which wait for it.
    [[nodiscard]] std::size_t open_sessions() const { return sessions_.size(); }

  private:
    using Acceptor = boost::asio::local::stream_protocol::acceptor;
    using Socket = Session::Socket;

    boost::asio::awaitable<void> accept();
    [[nodiscard]] bool is_full_for(int descriptor) const;
    [[nodiscard]] bool make_room();
    [[nodiscard]] Socket renumbered(Socket socket) const;
    void tell_shut(boost::system::error_code error);
    void admit(Socket socket);
    void serve(Socket socket, Peer peer);
    void end(std::list<std::shared_ptr<Session>>::iterator session,
             std::exception_ptr const& cause);

    boost::asio::any_io_executor executor_;
    Acceptor acceptor_;
    boost::asio::steady_timer pause_;  ///< while out of descriptors
    Handler& handler_;
    Options options_;
    LongRequests long_requests_;
    BodyRoom bodies_;
    std::list<std::shared_ptr<Session>> sessions_;
    loop::Signal ended_;  ///< a session, or accept()
    bool accepting_ = false;
    std::optional<std::chrono::steady_clock::time_point> shut_told_at_;  ///< see tell_shut()
    bool stopping_ = false;
};

}  // namespace settings::ipc
