#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "client/async_socket.h"
#include "client/failure.h"
#include "client/http.h"
#include "settings/options.h"

namespace settings::client {

/// Connection, for coroutines: any number of them on one executor may ask at once, and have their
/// turns in that order.
class AsyncConnection {
  public:
    using Executor = boost::asio::any_io_executor;

    AsyncConnection(Executor executor, std::string socket_path, Options options);

    /// As Connection::exchange(); the time-out runs from when it is this request's turn. It must
    /// live until that is done.
    [[nodiscard]] boost::asio::awaitable<Result<Reply>> exchange(
        Request request, std::chrono::milliseconds patience);

    [[nodiscard]] Executor const& executor() const { return executor_; }
    [[nodiscard]] std::string const& socket_path() const { return socket_path_; }
    [[nodiscard]] Options const& options() const { return options_; }

  private:
    using Outcome = boost::system::result<Reply, Failure>;
    class Turn;

    [[nodiscard]] boost::asio::awaitable<Outcome> ask(std::shared_ptr<AsyncSocket> socket,
                                                      std::string_view text,
                                                      Clock::time_point deadline);

    Executor executor_;
    std::string socket_path_;
    Options options_;
    /// Has room for one: whoever put something in has the turn, and takes it out at its end.
    boost::asio::experimental::channel<void(boost::system::error_code)> turn_;
    std::shared_ptr<AsyncSocket> idle_;  ///< an open connection that nobody uses now
};

}  // namespace settings::client
