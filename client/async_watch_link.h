#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client/async_socket.h"
#include "client/watch_stream.h"
#include "settings/async_watch.h"
#include "settings/options.h"

namespace settings::client {

/// The coroutine that drives a WatchStream.
class AsyncWatch::Link {
  public:
    using Executor = boost::asio::any_io_executor;
    template <class T>
    using Awaitable = boost::asio::awaitable<T>;

    Link(Executor executor, std::string socket_path, Options options, WatchQuery query)
        : executor_{std::move(executor)},
          socket_path_{std::move(socket_path)},
          options_{std::move(options)},
          stream_{std::move(query)} {}

    /// The next event of `link`, which is kept until the event is there.
    [[nodiscard]] static Awaitable<Result<std::optional<Event>>> next(
        std::shared_ptr<Link> link, std::chrono::milliseconds timeout);

    [[nodiscard]] std::optional<Tag> cursor() const { return stream_.cursor(); }
    void on_organization(std::function<void(Entry const&)> told) {
        stream_.on_organization(std::move(told));
    }

  private:
    [[nodiscard]] Awaitable<void> connect(Clock::time_point deadline);
    [[nodiscard]] Awaitable<void> receive(Clock::time_point deadline);
    void end();

    Executor executor_;
    std::string socket_path_;
    Options options_;
    WatchStream stream_;
    std::shared_ptr<AsyncSocket> socket_;
    Clock::time_point not_before_ = {};  ///< the next attempt to connect
};

}  // namespace settings::client
