#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "model/time.h"

namespace settings::sync {

/// Finds the addresses of a host without the loop ever waiting for libc. For the loop's thread, one
/// lookup at a time.
///
/// libc's lookup cannot be interrupted, and may take minutes where packets vanish. Asio's resolver
/// runs all lookups on one thread, so that one which hangs would hold up the next, made on a better
/// network; and the end of the program, which joins that thread. Here each has a thread of its own,
/// which is left to itself when nobody waits for it any longer. There are at most `most_threads` of
/// them; one more lookup fails at once, until libc gives up on an earlier one.
class NameLookup {
  public:
    static constexpr int most_threads = 4;

    using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
    using Found = std::variant<Endpoints, std::string>;  ///< or why there are none

    /// How to look up a host and a port, on a thread that it may block.
    using Blocking = std::function<Found(std::string const& host, std::string const& port)>;

    /// Asks libc.
    explicit NameLookup(boost::asio::any_io_executor executor);
    NameLookup(boost::asio::any_io_executor executor, Blocking ask);
    ~NameLookup();

    /// The addresses, or a sentence: also when it takes longer than `within`, and after cancel().
    [[nodiscard]] boost::asio::awaitable<Found> find(std::string host, std::string port,
                                                     Time within);

    /// Ends the wait in hand, if there is one.
    void cancel();

  private:
    class Doorbell;

    [[nodiscard]] std::future<Found> start(std::string host, std::string port);

    boost::asio::any_io_executor executor_;
    Blocking ask_;
    std::unique_ptr<Doorbell> doorbell_;  ///< while find() waits
    std::shared_ptr<void> threads_;       ///< each thread has a share, so they can be counted
};

}  // namespace settings::sync
