#include "client/async_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tuple>
#include <utility>

namespace settings::client {

namespace asio = boost::asio;
using boost::system::error_code;

/// Lets the next one in when it goes.
class AsyncConnection::Turn {
  public:
    explicit Turn(AsyncConnection& connection) : connection_{connection} {}
    ~Turn() {
        connection_.turn_.try_receive([](error_code) {});
    }
    Turn(Turn const&) = delete;
    Turn& operator=(Turn const&) = delete;

  private:
    AsyncConnection& connection_;
};

AsyncConnection::AsyncConnection(Executor executor, std::string socket_path, Options options)
    : executor_{std::move(executor)},
      socket_path_{std::move(socket_path)},
      options_{std::move(options)},
      turn_{executor_, 1} {}

asio::awaitable<Result<Reply>> AsyncConnection::exchange(Request request,
                                                         std::chrono::milliseconds patience) {
    auto const [cancelled] =
        co_await turn_.async_send(error_code{}, asio::as_tuple(asio::use_awaitable));
    if (cancelled) throw boost::system::system_error{asio::error::operation_aborted};
    Turn const turn{*this};
    auto const timeout = options_.timeout() + patience;
    auto const text = text_of(request, options_.app_name());
    // Out of reach from here on: only an exchange that went well puts it back.
    auto socket = std::exchange(idle_, nullptr);
    if (socket && !socket->is_quiet()) socket.reset();
    auto lost = Request::Effect::none;
    for (bool fresh = !socket;; fresh = true) {
        if (fresh) {
            socket = std::make_shared<AsyncSocket>(executor_);
            auto const error = co_await socket->connect(socket_path_, deadline_after(timeout));
            if (error) co_return unreachable(error, socket_path_, lost);
        }
        Outcome outcome = co_await ask(socket, text, deadline_after(timeout));
        if (outcome) co_return std::move(*outcome);
        lost = request.effect;
        if (fresh || outcome.error() != Failure::gone || !request.repeatable)
            co_return error_of(outcome.error(), socket_path_, request.effect);
    }
}

asio::awaitable<AsyncConnection::Outcome> AsyncConnection::ask(std::shared_ptr<AsyncSocket> socket,
                                                               std::string_view text,
                                                               Clock::time_point deadline) {
    // As in Connection: other failures to send are left for the read to tell.
    auto const sent = co_await socket->send(text, deadline);
    if (sent == std::errc::timed_out) co_return Failure::stuck;
    ReplyReader reader;
    while (!reader.is_done()) {
        auto const error = co_await socket->receive(deadline);
        if (error == std::errc::timed_out) co_return Failure::late;
        auto const bytes = socket->received();
        if (!bytes.empty() && !reader.feed(bytes)) co_return Failure::garbled;
        if (bytes.empty() && (error || !reader.close())) co_return end_of(reader);
    }
    if (reader.is_reusable()) idle_ = std::move(socket);
    co_return reader.take();
}

}  // namespace settings::client
