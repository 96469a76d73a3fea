#include "ipc/server.h"

#include <fcntl.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "ipc/refusal.h"
#include "ipc/reply.h"
#include "loop/as_errors.h"
#include "os/descriptor_limit.h"

namespace settings::ipc {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::size_t kept_back = 16;                 ///< descriptors
constexpr std::size_t kept_for_short_requests = 256;  ///< connections

std::string what_of(std::exception_ptr const& cause) {
    try {
        std::rethrow_exception(cause);
    } catch (std::exception const& error) {
        return error.what();
    } catch (...) {
        return "an exception of unknown type";
    }
}

}  // namespace

Server::Server(asio::any_io_executor executor, int listening, Handler& handler, Options options)
    : executor_{std::move(executor)},
      acceptor_{executor_},
      pause_{executor_},
      handler_{handler},
      options_{std::move(options)},
      long_requests_{options_.connections -
                     std::min(options_.connections / 4, kept_for_short_requests)},
      bodies_{options_.body_bytes},
      ended_{executor_} {
    acceptor_.assign(asio::local::stream_protocol{}, listening);
}

Server::~Server() = default;

std::string Server::path() const { return acceptor_.local_endpoint().path(); }

void Server::start() {
    accepting_ = true;
    asio::co_spawn(executor_, accept(), [this](std::exception_ptr const& cause) {
        accepting_ = false;
        ended_.notify();
        // A bug or the end of memory: for whoever runs the loop.
        if (cause) std::rethrow_exception(cause);
    });
}

void Server::listen_on(int listening) {
    acceptor_ = Acceptor{executor_, asio::local::stream_protocol{}, listening};
}

asio::awaitable<void> Server::accept() {
    while (!stopping_) {
        auto [error, socket] = co_await acceptor_.async_accept(loop::as_errors);
        if (!error) {
            admit(std::move(socket));
        } else if (error == asio::error::operation_aborted) {
            // The loop ends, or goes on with another socket.
        } else if (!stopping_ && error != asio::error::connection_aborted) {
            // Out of descriptors, most likely: the connection stays queued and accept would fail at
            // once again, so give others the time to close some.
            tell_shut(error);
            pause_.expires_after(accept_pause);
            (void)co_await pause_.async_wait(loop::as_errors);
        }
    }
}

/// Once a minute at the most: each app that leaves makes room for one, and then nobody can connect
/// again.
void Server::tell_shut(error_code error) {
    auto const now = std::chrono::steady_clock::now();
    if (!options_.report || (shut_told_at_ && now < *shut_told_at_ + std::chrono::minutes{1}))
        return;
    shut_told_at_ = now;
    options_.report("no app can connect now: " + os::reason_of(error.value()));
}

/// A descriptor's number tells how many there are, at least: the lowest free one is given out
/// (open(2)).
bool Server::is_full_for(int descriptor) const {
    return sessions_.size() >= options_.connections ||
           static_cast<std::size_t>(descriptor) + kept_back >= options_.descriptors;
}

/// Closes the oldest connection that waits for its client, so that those who open many and say
/// little shut nobody out. False when there is none.
bool Server::make_room() {
    auto const oldest = std::ranges::find_if(
        sessions_, [](auto const& session) { return session->may_give_way(); });
    if (oldest == sessions_.end()) return false;
    (*oldest)->abort();
    return true;
}

/// The same socket under the lowest number that is free: the high ones are kept for files.
Server::Socket Server::renumbered(Socket socket) const {
    int const lowest = fcntl(socket.native_handle(), F_DUPFD_CLOEXEC, 0);
    if (lowest < 0) return socket;
    return Socket{executor_, asio::local::stream_protocol{}, lowest};
}

void Server::admit(Socket socket) {
    int const descriptor = socket.native_handle();
    std::optional<Peer> const peer = options_.identify(descriptor);
    if (!peer || !options_.admission.lets_in(*peer))
        refuse(std::move(socket), failure(403, "these settings belong to another user"));
    else if (!is_full_for(descriptor))
        serve(std::move(socket), *peer);
    else if (make_room())
        serve(renumbered(std::move(socket)), *peer);
    else
        refuse(std::move(socket),
               failure(503, "too many connections are open; close some and try again"));
}

void Server::serve(Socket socket, Peer peer) {
    auto const right =
        options_.admission.lets_write(peer) ? Session::Right::all : Session::Right::reading;
    auto const session = sessions_.insert(
        sessions_.end(),
        std::make_shared<Session>(std::move(socket), std::move(peer), right, handler_,
                                  options_.timeouts, long_requests_, bodies_));
    if (stopping_) (*session)->finish();
    asio::co_spawn(executor_, (*session)->run(),
                   [this, session](std::exception_ptr const& cause) { end(session, cause); });
}

void Server::end(std::list<std::shared_ptr<Session>>::iterator session,
                 std::exception_ptr const& cause) {
    if (cause) {
        (*session)->close_after_failure();
        if (options_.report) options_.report("a request failed: " + what_of(cause));
    }
    sessions_.erase(session);
    ended_.notify();
}

asio::awaitable<void> Server::stop(std::chrono::milliseconds grace) {
    auto const deadline = loop::Signal::Clock::now() + grace;
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (auto const& session : sessions_) session->finish();
    while (accepting_ || !sessions_.empty()) {
        bool const went_on = co_await ended_.wait_until(deadline);
        if (!went_on) break;
    }
    for (auto const& session : sessions_) session->abort();
}

}  // namespace settings::ipc
