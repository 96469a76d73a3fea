#include "ipc/session.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <string_view>
#include <utility>
#include <variant>

#include "ipc/head.h"
#include "ipc/peer.h"
#include "ipc/reply.h"
#include "loop/as_errors.h"

namespace settings::ipc {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t read_bytes = 4'096;       ///< a first read: most requests fit
constexpr std::size_t drain_bytes = 8'388'608;  ///< what a refused client may still send
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

struct Waits {
    bool operator()(Write const& command) const { return command.wait.has_value(); }
    bool operator()(TakeBack const& command) const { return command.wait.has_value(); }
    bool operator()(SyncNow const& command) const { return command.wait.count() > 0; }
    bool operator()(auto const&) const { return false; }
};

/// Takes the wait away that a command can do without. False when there is none.
struct GivesUpWait {
    bool operator()(Write& command) const { return std::exchange(command.wait, {}).has_value(); }
    bool operator()(TakeBack& command) const { return std::exchange(command.wait, {}).has_value(); }
    bool operator()(auto&) const { return false; }
};

bool takes_long(Routed const& routed) {
    if (std::holds_alternative<Watch>(routed)) return true;
    auto const* command = std::get_if<Command>(&routed);
    return command != nullptr && std::visit(Waits{}, *command);
}

}  // namespace

Session::Session(Socket socket, Peer peer, Right right, Handler& handler, Timeouts const& timeouts,
                 LongRequests& long_requests, BodyRoom& bodies)
    : socket_{std::move(socket)},
      peer_{std::move(peer)},
      right_{right},
      handler_{handler},
      timeouts_{timeouts},
      long_requests_{long_requests},
      body_{bodies},
      deadline_{socket_.get_executor(), [this] { cancel(); }} {
    socket_.non_blocking(true);
}

asio::awaitable<void> Session::run() {
    for (;;) {
        bool const received = co_await receive();
        if (!received) co_return;
        if (only_looks() && is_alone()) co_return;
        bool const refused = parser_->state() == RequestParser::State::refused;
        Routed asked_for;
        if (handler_.worker().takes(text_.body.size()))
            asked_for = co_await read_large_request();
        else
            asked_for = routed();
        make_room_for(asked_for);
        if (auto* const watch = std::get_if<Watch>(&asked_for)) {
            Watch asked = std::move(*watch);
            co_await stream(std::move(asked));
            co_return;
        }
        if (slot_) notice_departure();
        if (auto* const reply = std::get_if<Reply>(&asked_for)) {
            reply_ = std::move(*reply);
        } else {
            Command command = std::get<Command>(std::move(asked_for));
            Peer peer = caller();
            reply_ = co_await handler_.handle(std::move(peer), std::move(command));
        }
        if (slot_) end_long_request();
        bool const last = refused || finishing_ || !parser_->keeps_alive();
        bool const sent = co_await send(last);
        if (!sent) co_return;
        reply_.body.reset();  // an idle connection must not hold on to a document of the past
        if (refused) co_await drain();
        if (last) co_return;
    }
}

void Session::finish() {
    finishing_ = true;
    if (interruptible_) cancel();
    if (watching_) watching_->wake();
}

void Session::abort() {
    error_code ignored;
    socket_.close(ignored);
}

bool Session::may_give_way() const {
    return socket_.is_open() && (answering_ || (reading_ && !has_arrived()));
}

void Session::close_after_failure() {
    if (streaming_) return abort();  // a status in the midst of events would be read as one
    reply_ = failure(500, "internal error; the log of settingsd has the cause");
    render_head(head_, reply_, Connection::close);
    std::array<asio::const_buffer, 2> const buffers{asio::buffer(head_), body_of(reply_)};
    error_code ignored;
    socket_.write_some(buffers, ignored);
    abort();
}

// Reading ----------------------------------------------------------------------------------------

/// Reads until the parser has a whole request or refuses. False when there is nobody to answer.
asio::awaitable<bool> Session::receive() {
    parser_.emplace(text_);
    body_.give_back();
    timed_phase_ = Phase::idle;
    for (;;) {
        parse();
        if (!body_.grow_to(text_.body.size()))
            parser_->refuse(503, "too many large requests at once; try again in a moment");
        if (parser_->state() == RequestParser::State::complete ||
            parser_->state() == RequestParser::State::refused)
            co_return true;
        if (parser_->state() == RequestParser::State::body && parser_->expects_continue())
            co_await invite_body();
        bool const more = co_await fill();
        if (!more) co_return false;
    }
}

/// Gives the parser what is buffered, piece by piece, until it needs more or has come to an end.
void Session::parse() {
    while (buffer_.size() != 0) {
        auto const bytes = buffer_.cdata();
        std::size_t const used =
            parser_->take({static_cast<char const*>(bytes.data()), bytes.size()});
        buffer_.consume(used);
        if (used == 0) return;
    }
}

/// Reads once. False when there is nobody to answer.
asio::awaitable<bool> Session::fill() {
    Phase const now = phase();
    if (finishing_ && now == Phase::idle && !has_arrived()) co_return false;
    start_deadline_of_phase();
    interruptible_ = now == Phase::idle;
    reading_ = true;
    std::size_t const room = buffer_.max_size() - buffer_.size();
    std::size_t const wanted = now == Phase::body ? room : std::min(room, read_bytes);
    asio::mutable_buffer const space = buffer_.prepare(wanted);
    auto const [error, count] = co_await socket_.async_read_some(space, loop::as_errors);
    interruptible_ = reading_ = false;
    bool const timed_out = deadline_.stop();
    buffer_.commit(count);
    if (!error) co_return true;
    co_return goes_on_after(error, timed_out);
}

/// Whether bytes wait in the kernel: what was sent before we began to finish is still answered.
bool Session::has_arrived() const {
    error_code error;
    return socket_.available(error) != 0 && !error;
}

/// Whether to go on after a failed read: to try again, or to answer with a refusal.
bool Session::goes_on_after(error_code const& error, bool timed_out) {
    if (phase() == Phase::idle)
        return error == asio::error::operation_aborted && finishing_ && socket_.is_open();
    if (error == asio::error::eof)
        parser_->refuse(400, "the request ended in the middle");
    else if (error == asio::error::operation_aborted && timed_out)
        parser_->refuse(408, "the rest of the request did not come in time");
    return parser_->state() == RequestParser::State::refused;
}

Session::Phase Session::phase() const {
    if (parser_->state() == RequestParser::State::body) return Phase::body;
    return parser_->started() || buffer_.size() != 0 ? Phase::header : Phase::idle;
}

/// Asks for the body that a careful client holds back (RFC 9110, 10.1.1). Once: after that the body
/// has its phase.
asio::awaitable<void> Session::invite_body() {
    if (timed_phase_ == Phase::body) co_return;
    Buffers buffers{asio::buffer(continue_line)};
    // A failure shows again in the read that follows.
    (void)co_await write(std::move(buffers));
}

// Answering --------------------------------------------------------------------------------------

Routed Session::routed() const {
    if (parser_->state() == RequestParser::State::refused) return parser_->refusal();
    if (right_ == Right::reading && !only_looks())
        return failure(403, "these settings belong to another user, who lets you only look");
    return route(parser_->request());
}

/// Whether the client has closed the connection, so that nobody would read an answer. One that has
/// only ended its own side still may.
bool Session::is_alone() {
    pollfd socket{.fd = socket_.native_handle(), .events = 0, .revents = 0};
    return poll(&socket, 1, 0) > 0 && (socket.revents & POLLHUP) != 0;
}

/// What is asked for. Nothing of the request changes while the worker reads it.
asio::awaitable<Routed> Session::read_large_request() {
    auto read = [this] { return routed(); };
    return handler_.worker().run(text_.body.size(), std::move(read));
}

bool Session::only_looks() const { return text_.method == "GET" || text_.method == "HEAD"; }

/// Takes a slot for what takes long. Without one, an edit goes on without the wait that it would
/// like (RFC 7240, 2); who would only wait is refused.
void Session::make_room_for(Routed& routed) {
    if (!takes_long(routed)) return;
    if (!long_requests_.are_too_many())
        slot_.emplace(long_requests_);
    else if (auto* const command = std::get_if<Command>(&routed);
             command == nullptr || !std::visit(GivesUpWait{}, *command))
        routed = failure(503, "too many watch or wait already; close some and try again");
}

/// Notices that the client has closed the connection (EPOLLHUP). One that has only ended its own
/// side may still read its answer, and bytes that wait are its next request.
void Session::notice_departure() {
    departure_ = std::make_shared<loop::Departure>();
    socket_.async_wait(Socket::wait_error, [departure = departure_](error_code const& error) {
        if (!error) departure->happen();
    });
}

void Session::end_long_request() {
    slot_.reset();
    departure_.reset();
    cancel();
}

/// Who asks. By name only when something may be changed; the kernel is asked once.
Peer Session::caller() {
    Peer peer{peer_.uid, peer_.pid};
    peer.departure = departure_;
    if (only_looks()) return peer;
    if (peer_.executable.empty()) peer_.executable = executable_of(peer_.pid);
    peer.executable = peer_.executable;
    peer.app = text_.user_agent.value;
    return peer;
}

/// Writes the reply. False when the client is gone.
asio::awaitable<bool> Session::send(bool last) {
    Connection const live = parser_->is_http_1_0() ? Connection::keep_alive : Connection::unsaid;
    render_head(head_, reply_, last ? Connection::close : live);
    Buffers buffers{asio::buffer(head_)};
    // To HEAD, body bytes would be the start of the next answer (RFC 9110, 9.3.2).
    if (text_.method != "HEAD") buffers.push_back(body_of(reply_));
    co_return co_await write(std::move(buffers));
}

/// Writes all buffers. Most replies fit into the socket, and then there is nothing to wait for.
asio::awaitable<bool> Session::write(Buffers buffers) {
    error_code error;
    std::size_t const written = socket_.write_some(buffers, error);
    if (error && error != asio::error::would_block) co_return false;
    if (written == asio::buffer_size(buffers)) co_return true;
    boost::beast::buffers_suffix<Buffers> rest{buffers};
    rest.consume(written);
    deadline_.start(Clock::now() + timeouts_.write);
    answering_ = !streaming_;
    auto const [failed, count] = co_await asio::async_write(socket_, rest, loop::as_errors);
    answering_ = false;
    deadline_.stop();
    co_return !failed;
}

/// Throws away what a refused client still sends, up to a bound, so that it gets to read why: a
/// socket closed over unread bytes fails the client's next write.
asio::awaitable<void> Session::drain() {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    deadline_.start(Clock::now() + timeouts_.drain);
    interruptible_ = reading_ = true;
    for (std::size_t drained = 0; drained < drain_bytes && !finishing_;) {
        buffer_.clear();
        asio::mutable_buffer const space = buffer_.prepare(buffer_.max_size());
        auto const [error, count] = co_await socket_.async_read_some(space, loop::as_errors);
        if (error) break;
        drained += count;
    }
    deadline_.stop();
}

// Time -------------------------------------------------------------------------------------------

/// A phase is timed as a whole: a client that sends one byte now and then wins nothing by it.
void Session::start_deadline_of_phase() {
    Phase const now = phase();
    if (now == Phase::idle || now != timed_phase_) phase_ends_ = Clock::now() + time_for(now);
    timed_phase_ = now;
    deadline_.start(phase_ends_);
}

std::chrono::milliseconds Session::time_for(Phase phase) const {
    switch (phase) {
        case Phase::idle: return timeouts_.idle;
        case Phase::header: return timeouts_.header;
        case Phase::body: return timeouts_.body;
    }
    return {};
}

void Session::cancel() {
    error_code ignored;
    socket_.cancel(ignored);
}

}  // namespace settings::ipc
