#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "client/socket.h"

namespace settings::client {

/// A Socket for coroutines: the same three calls suspend instead of blocking. One call at a time.
class AsyncSocket : public std::enable_shared_from_this<AsyncSocket> {
  public:
    using Executor = boost::asio::any_io_executor;
    template <class T>
    using Awaitable = boost::asio::awaitable<T>;

    explicit AsyncSocket(Executor const& executor) : socket_{executor}, timer_{executor} {}

    [[nodiscard]] Awaitable<std::error_code> connect(std::string path, Clock::time_point deadline);

    /// The bytes must stay until the call is done.
    [[nodiscard]] Awaitable<std::error_code> send(std::string_view bytes,
                                                  Clock::time_point deadline);

    /// What came is in received(); nothing there, and no error, means that the peer closed.
    [[nodiscard]] Awaitable<std::error_code> receive(Clock::time_point deadline);
    [[nodiscard]] std::string_view received() const { return {space_.data(), bytes_}; }

    [[nodiscard]] bool is_quiet() { return client::is_quiet(socket_.native_handle()); }

  private:
    using Local = boost::asio::local::stream_protocol::socket;
    class Alarm;

    [[nodiscard]] Awaitable<std::error_code> ready(Local::wait_type what,
                                                   Clock::time_point deadline);

    Local socket_;
    boost::asio::steady_timer timer_;
    std::array<char, 64UL * 1024> space_;
    std::size_t bytes_ = 0;
};

}  // namespace settings::client
