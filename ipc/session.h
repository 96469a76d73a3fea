#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/container/small_vector.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "ipc/request_parser.h"
#include "ipc/service.h"

namespace settings::ipc {

/// How long a client may take for each part of its side.
struct Timeouts {
    std::chrono::milliseconds idle = std::chrono::minutes{10};  ///< between two requests
    std::chrono::milliseconds header =
        std::chrono::seconds{10};                               ///< from its first byte to its last
    std::chrono::milliseconds body = std::chrono::seconds{30};  ///< from the end of the header
    std::chrono::milliseconds write = std::chrono::seconds{30};     ///< to take one reply
    std::chrono::milliseconds drain = std::chrono::seconds{2};      ///< to leave after a refusal
    std::chrono::milliseconds heartbeat = std::chrono::minutes{1};  ///< in a stream of events
};

/// How many sessions may be in a request that takes long by its nature: a watch, or a wait for the
/// server. The others are left for those who only want to read or edit.
struct Patience {
    std::size_t limit = 0;
    std::size_t taken = 0;
};

/// One of those that are counted.
class LongStay {
  public:
    explicit LongStay(Patience& patience) : patience_{patience} { ++patience_.taken; }
    ~LongStay() { --patience_.taken; }
    LongStay(LongStay const&) = delete;
    LongStay& operator=(LongStay const&) = delete;

  private:
    Patience& patience_;
};

/// One connection: reads a request, has it answered, writes the reply, and so on in that order. A
/// watch is its last request.
///
/// All calls on the loop's thread. Held by a shared_ptr only so that its timer can tell whether it
/// is still there; the server owns it.
class Session : public std::enable_shared_from_this<Session> {
  public:
    using Socket = boost::asio::local::stream_protocol::socket;

    /// `service`, `timeouts` and `patience` must outlive the session.
    Session(Socket socket, Peer peer, Service& service, Timeouts const& timeouts,
            Patience& patience);

    /// Serves the connection until one side closes it. The session must live until it returns.
    /// Throws what the service throws.
    boost::asio::awaitable<void> run();

    /// Lets run() return after the request in hand; at once if there is none.
    void finish();

    /// Closes the connection now. run() returns as soon as the service has.
    void abort();

    /// After run() has thrown: says so to the client if that takes no waiting, and closes.
    void apologise();

  private:
    using Clock = boost::asio::steady_timer::clock_type;
    using Buffers = boost::container::small_vector<boost::asio::const_buffer, 2>;
    enum class Phase { idle, header, body };

    boost::asio::awaitable<bool> receive();
    boost::asio::awaitable<bool> fill();
    boost::asio::awaitable<void> invite_body();
    boost::asio::awaitable<Reply> answer(Routed routed);
    boost::asio::awaitable<bool> send(bool last);
    boost::asio::awaitable<bool> write(Buffers buffers);
    boost::asio::awaitable<void> drain();

    boost::asio::awaitable<void> stream(Watch watch);
    boost::asio::awaitable<bool> pass_on(Events events);
    boost::asio::awaitable<bool> await_change(Revision cursor);
    void listen_for_departure();
    void depart();

    [[nodiscard]] Peer caller();

    void parse();
    [[nodiscard]] Phase phase() const;
    [[nodiscard]] bool has_arrived() const;
    [[nodiscard]] bool goes_on_after(boost::system::error_code const& error, bool timed_out);

    void wait_until_phase_ends();
    [[nodiscard]] std::chrono::milliseconds time_for(Phase phase) const;
    void wait_until(Clock::time_point deadline);
    bool stop_waiting();
    void arm_timer();
    void on_timer();
    void cancel();

    Socket socket_;
    Peer peer_;
    Service& service_;
    Timeouts const& timeouts_;
    Patience& patience_;

    boost::beast::flat_buffer buffer_{header_bytes_limit};  ///< read, not yet parsed
    RequestText text_;
    std::optional<RequestParser> parser_;
    Reply reply_;
    std::string head_;

    // One timer for all phases. It is set anew only when a deadline comes nearer, which in a busy
    // connection is never: a later deadline is found out when it fires.
    boost::asio::steady_timer timer_;
    Clock::time_point deadline_ = Clock::time_point::max();  ///< of the wait in hand
    Clock::time_point armed_ = Clock::time_point::max();     ///< when the timer will fire
    Clock::time_point phase_ends_;
    Phase timed_phase_ = Phase::idle;  ///< which phase that is
    bool timed_out_ = false;
    bool idle_ = false;  ///< waits for what finish() need not wait for
    bool finishing_ = false;
    std::optional<LongStay> stay_;  ///< of the request in hand
    bool streaming_ = false;
    bool departed_ = false;                         ///< the client of a stream
    std::optional<loop::Signal::Waiter> watching_;  ///< the wait of a stream
};

}  // namespace settings::ipc
