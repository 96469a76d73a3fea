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

/// Socket, with the same three calls, that suspends where that blocks. One call at a time.
class AsyncSocket : public std::enable_shared_from_this<AsyncSocket> {
  public:
    using Executor = boost::asio::any_io_executor;
    using Outcome = boost::asio::awaitable<std::error_code>;

    explicit AsyncSocket(Executor const& executor) : socket_{executor}, timer_{executor} {}

    [[nodiscard]] Outcome connect(std::string path, Clock::time_point deadline);

    /// The text must stay until this is done.
    [[nodiscard]] Outcome send(std::string_view bytes, Clock::time_point deadline);

    /// What came is in received(), and nothing there with no error means that the peer closed.
    [[nodiscard]] Outcome receive(Clock::time_point deadline);
    [[nodiscard]] std::string_view received() const { return {space_.data(), bytes_}; }

    [[nodiscard]] bool is_quiet() { return client::is_quiet(socket_.native_handle()); }

  private:
    using Local = boost::asio::local::stream_protocol::socket;
    class Alarm;

    [[nodiscard]] Outcome ready(Local::wait_type what, Clock::time_point deadline);

    Local socket_;
    boost::asio::steady_timer timer_;
    std::array<char, 64UL * 1024> space_;
    std::size_t bytes_ = 0;
};

}  // namespace settings::client
