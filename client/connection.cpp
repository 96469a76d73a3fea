#include "client/connection.h"

#include <array>
#include <utility>

namespace settings::client {
namespace {

/// Reads until the reply is whole, or says why it will not be.
std::optional<Failure> receive(Socket& socket, ReplyReader& reader, Clock::time_point deadline) {
    std::array<char, 64UL * 1024> space;
    while (!reader.is_done()) {
        std::error_code error;
        auto const bytes = socket.receive(space, deadline, error);
        if (error == std::errc::timed_out) return Failure::late;
        if (bytes > 0 && !reader.feed({space.data(), bytes})) return Failure::garbled;
        if (bytes == 0 && (error || !reader.close())) return end_of(reader);
    }
    return std::nullopt;
}

}  // namespace

Connection::Connection(std::string socket_path, Options options)
    : socket_path_{std::move(socket_path)}, options_{std::move(options)} {}

Result<void> Connection::connect(Clock::time_point deadline, Request::Effect lost) {
    Socket socket;
    if (auto const error = socket.connect(socket_path_, deadline))
        return unreachable(error, socket_path_, lost);
    socket_ = std::move(socket);
    return {};
}

Connection::Outcome Connection::ask(std::string const& text, Clock::time_point deadline) {
    // Any other failure to send is left for the read to tell: a daemon that answers and closes
    // before it has read everything (413, 503) has left its answer in our socket.
    if (socket_->send(text, deadline) == std::errc::timed_out) return Failure::stuck;
    ReplyReader reader;
    if (auto const failure = receive(*socket_, reader, deadline)) return *failure;
    if (!reader.is_reusable()) socket_.reset();
    return reader.take();
}

Result<Reply> Connection::exchange(Request const& request, std::chrono::milliseconds patience) {
    auto const timeout = options_.timeout() + patience;
    auto const text = text_of(request, options_.app_name());
    if (socket_ && !socket_->is_quiet()) socket_.reset();
    auto lost = Request::Effect::none;
    for (bool fresh = !socket_;; fresh = true) {
        if (fresh)
            if (auto const connected = connect(deadline_after(timeout), lost); !connected)
                return connected.error();
        auto reply = ask(text, deadline_after(timeout));
        if (reply) return std::move(*reply);
        socket_.reset();
        lost = request.effect;
        bool const closed_while_idle = !fresh && reply.error() == Failure::gone;
        if (!closed_while_idle || !request.repeatable)
            return error_of(reply.error(), socket_path_, request.effect);
    }
}

}  // namespace settings::client
