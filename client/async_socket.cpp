#include "client/async_socket.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tuple>

namespace settings::client {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

bool would_block(std::error_code const& error) { return error == std::errc::operation_would_block; }

}  // namespace

/// Ends the socket's wait at the deadline, if that comes first.
class AsyncSocket::Alarm {
  public:
    Alarm(AsyncSocket& socket, Clock::time_point deadline) : timer_{socket.timer_} {
        timer_.expires_at(deadline);
        // The timer may be past cancelling and ring late. A wait that began meanwhile then ends too
        // early, and is begun again; or the socket is gone.
        timer_.async_wait([weak = socket.weak_from_this()](error_code const& cancelled) {
            auto const there = weak.lock();
            if (!there || cancelled) return;
            error_code ignored;
            there->socket_.cancel(ignored);
        });
    }
    ~Alarm() { timer_.cancel(); }
    Alarm(Alarm const&) = delete;
    Alarm& operator=(Alarm const&) = delete;

  private:
    asio::steady_timer& timer_;
};

asio::awaitable<std::error_code> AsyncSocket::connect(std::string path,
                                                      Clock::time_point deadline) {
    error_code opened;
    socket_.open({}, opened);
    if (!opened) socket_.non_blocking(true, opened);
    if (opened) co_return opened;
    // Not async_connect(): when the listener's queue is full, Asio 1.81 takes EAGAIN for "in
    // progress", waits for a socket that is never going to connect, and reports success. Nothing
    // tells when there is room again, so this looks now and then.
    for (;;) {
        auto const error = connect_to(path, socket_.native_handle());
        if (!would_block(error) || Clock::now() >= deadline) co_return error;
        timer_.expires_at(std::min(Clock::now() + 10ms, deadline));
        std::ignore = co_await timer_.async_wait(as_tuple);
    }
}

asio::awaitable<std::error_code> AsyncSocket::send(std::string_view bytes,
                                                   Clock::time_point deadline) {
    while (!bytes.empty()) {
        error_code sent;
        bytes.remove_prefix(socket_.write_some(asio::buffer(bytes), sent));
        std::error_code error = sent;
        if (would_block(error)) error = co_await ready(Local::wait_write, deadline);
        if (error) co_return error;
    }
    co_return std::error_code{};
}

asio::awaitable<std::error_code> AsyncSocket::receive(Clock::time_point deadline) {
    for (;;) {
        error_code read;
        bytes_ = socket_.read_some(asio::buffer(space_), read);
        if (!read || read == asio::error::eof) co_return std::error_code{};
        std::error_code error = read;
        if (would_block(error)) error = co_await ready(Local::wait_read, deadline);
        if (error) co_return error;
    }
}

/// Waits until another try makes sense. Errors: timed_out.
asio::awaitable<std::error_code> AsyncSocket::ready(Local::wait_type what,
                                                    Clock::time_point deadline) {
    if (Clock::now() >= deadline) co_return std::make_error_code(std::errc::timed_out);
    Alarm const alarm{*this, deadline};
    // Ready, alarmed or broken: the next try tells. Nothing is read here that could be lost.
    std::ignore = co_await socket_.async_wait(what, as_tuple);
    co_return std::error_code{};
}

}  // namespace settings::client
