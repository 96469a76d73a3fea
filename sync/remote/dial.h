#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <memory>
#include <variant>
#include <vector>

namespace settings::sync {

/// Connects to whichever of several addresses answers first (RFC 8305, "Happy Eyeballs"). An
/// address that swallows every packet costs a quarter of a second, and not the whole time-out.
/// For the loop's thread, one connect() at a time.
class Dial {
  public:
    using Clock = std::chrono::steady_clock;
    using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
    using Socket = boost::asio::ip::tcp::socket;
    using Reached = std::variant<boost::system::error_code, Socket>;

    /// How much later than the one before an address is tried (RFC 8305, 5: Connection Attempt
    /// Delay). Sooner when all before have failed.
    static constexpr std::chrono::milliseconds delay{250};

    explicit Dial(boost::asio::any_io_executor executor);
    ~Dial();

    /// The first connection that stands by the deadline; or why there is none: the error of the
    /// address that failed last, timed_out while one still tries, operation_aborted after cancel().
    [[nodiscard]] boost::asio::awaitable<Reached> connect(Endpoints endpoints,
                                                          Clock::time_point deadline);

    /// Ends the attempt in hand, if there is one.
    void cancel();

    /// The order of the attempts: the two families in turns, each in the order of the lookup,
    /// beginning with the lookup's first (RFC 8305, 4).
    [[nodiscard]] static Endpoints in_turns(Endpoints const& found);

  private:
    class Race;

    boost::asio::any_io_executor executor_;
    std::shared_ptr<Race> race_;  ///< the attempt in hand; each of its connects has a share
};

}  // namespace settings::sync
