#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/container/small_vector.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "ipc/handler.h"
#include "ipc/request_parser.h"
#include "loop/deadline.h"
#include "loop/departure.h"
#include "loop/signal.h"

namespace settings::ipc {

/// How long a client may take for each part of its side.
struct Timeouts {
    /// Between two requests.
    std::chrono::milliseconds idle = std::chrono::minutes{10};
    /// From the first byte of a header to its last.
    std::chrono::milliseconds header = std::chrono::seconds{10};
    /// From the end of the header to the last byte of the body.
    std::chrono::milliseconds body = std::chrono::seconds{30};
    /// To take one reply.
    std::chrono::milliseconds write = std::chrono::seconds{30};
    /// To leave after a refusal.
    std::chrono::milliseconds drain = std::chrono::seconds{2};
    /// Between two events of a stream. Proxies give a silent connection up after 30 s or more.
    std::chrono::milliseconds heartbeat = std::chrono::seconds{25};
};

/// Counts the requests that take long by their nature: a watch, or a wait for the server. There is
/// a limit, so that connections are left for those who only want to read or edit.
class LongRequests {
  public:
    class Slot;

    explicit LongRequests(std::size_t limit) : limit_{limit} {}

    [[nodiscard]] bool are_too_many() const { return taken_ >= limit_; }

  private:
    std::size_t limit_;
    std::size_t taken_ = 0;  ///< slots
};

/// Occupies one slot while a watch or a wait goes on.
class LongRequests::Slot {
  public:
    explicit Slot(LongRequests& all) : all_{all} { ++all_.taken_; }
    ~Slot() { --all_.taken_; }
    Slot(Slot const&) = delete;
    Slot& operator=(Slot const&) = delete;

  private:
    LongRequests& all_;
};

/// Bounds the bodies of all requests together, while they arrive and are answered.
class BodyRoom {
  public:
    class Share;

    /// A body up to this always has room.
    static constexpr std::size_t small = 65'536;

    explicit BodyRoom(std::size_t limit) : limit_{limit} {}

  private:
    std::size_t limit_;
    std::size_t taken_ = 0;  ///< at most the limit
};

/// What one body has of it.
class BodyRoom::Share {
  public:
    explicit Share(BodyRoom& room) : room_{room} {}
    ~Share() { give_back(); }
    Share(Share const&) = delete;
    Share& operator=(Share const&) = delete;

    /// False where there is no room for a body of so many bytes.
    [[nodiscard]] bool grow_to(std::size_t bytes) {
        if (bytes <= small || bytes <= held_) return true;
        if (bytes - held_ > room_.limit_ - room_.taken_) return false;
        room_.taken_ += bytes - held_;
        held_ = bytes;
        return true;
    }

    void give_back() { room_.taken_ -= std::exchange(held_, 0); }

  private:
    BodyRoom& room_;
    std::size_t held_ = 0;
};

/// One connection: reads a request, has it answered, writes the reply, and so on in that order. A
/// watch is its last request.
///
/// All calls on the loop's thread. The server owns it; a shared_ptr holds it only so that the wait
/// for a client to leave can tell whether the session is still there.
class Session : public std::enable_shared_from_this<Session> {
  public:
    using Socket = boost::asio::local::stream_protocol::socket;

    enum class Right { reading, all };  ///< of the peer: only GET and HEAD, or every call

    /// `handler`, `timeouts`, `long_requests` and `bodies` must outlive the session.
    Session(Socket socket, Peer peer, Right right, Handler& handler, Timeouts const& timeouts,
            LongRequests& long_requests, BodyRoom& bodies);

    /// Serves the connection until one side closes it. The session must live until it returns.
    /// Throws what the handler throws.
    boost::asio::awaitable<void> run();

    /// Lets run() return after the request in hand; at once if there is none.
    void finish();

    /// Closes the connection now. run() returns as soon as the handler has.
    void abort();

    /// Whether it waits for its client to say more, or to take an answer, and a new client may have
    /// its place. Not in a watch, which has little to say, and not while bytes wait to be read.
    [[nodiscard]] bool may_give_way() const;

    /// After run() has thrown: answers with a 500 if that takes no waiting, and closes.
    void close_after_failure();

  private:
    using Clock = loop::Deadline::Clock;
    using Buffers = boost::container::small_vector<boost::asio::const_buffer, 2>;
    enum class Phase { idle, header, body };

    boost::asio::awaitable<bool> receive();
    boost::asio::awaitable<bool> fill();
    boost::asio::awaitable<void> invite_body();
    boost::asio::awaitable<bool> send(bool last);
    boost::asio::awaitable<bool> write(Buffers buffers);
    boost::asio::awaitable<void> drain();

    boost::asio::awaitable<void> stream(Watch watch);
    [[nodiscard]] bool add_asides(Events& events, std::uint64_t& told) const;
    boost::asio::awaitable<bool> pass_on(Events events);
    boost::asio::awaitable<bool> await_change(Tag cursor);
    void notice_leaving_client();
    void on_client_left();
    void make_room_for(Routed& routed);
    void notice_departure();
    void end_long_request();

    [[nodiscard]] boost::asio::awaitable<Routed> read_large_request();
    [[nodiscard]] Routed routed() const;
    [[nodiscard]] bool only_looks() const;
    [[nodiscard]] bool is_alone();
    [[nodiscard]] Peer caller();

    void parse();
    [[nodiscard]] Phase phase() const;
    [[nodiscard]] bool has_arrived() const;
    [[nodiscard]] bool goes_on_after(boost::system::error_code const& error, bool timed_out);

    void start_deadline_of_phase();
    [[nodiscard]] std::chrono::milliseconds time_for(Phase phase) const;
    void cancel();

    Socket socket_;
    Peer peer_;
    Right const right_;
    Handler& handler_;
    Timeouts const& timeouts_;
    LongRequests& long_requests_;

    boost::beast::flat_buffer buffer_{header_bytes_limit};  ///< read, not yet parsed
    RequestText text_;
    BodyRoom::Share body_;
    std::optional<RequestParser> parser_;
    Reply reply_;
    std::string head_;

    loop::Deadline deadline_;          ///< ends the read or write in hand
    Phase timed_phase_ = Phase::idle;  ///< the phase that `phase_ends_` is the end of
    Clock::time_point phase_ends_;
    bool interruptible_ = false;  ///< the read in hand is between requests, or drains
    bool reading_ = false;
    bool answering_ = false;  ///< the client has yet to take the rest of an answer
    bool finishing_ = false;
    std::optional<LongRequests::Slot> slot_;      ///< taken by the request in hand
    std::shared_ptr<loop::Departure> departure_;  ///< the client's, while a request takes long
    bool streaming_ = false;
    bool client_left_ = false;                      ///< while a stream went on
    std::optional<loop::Signal::Waiter> watching_;  ///< the wait of a stream
};

}  // namespace settings::ipc
