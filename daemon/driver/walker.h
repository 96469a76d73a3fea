#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loop/single_flight.h"
#include "loop/worker.h"
#include "sync/account/account.h"
#include "sync/engine/fault.h"
#include "sync/remote/https_remote.h"
#include "sync/remote/trail.h"

namespace settings::daemon {

/// The way to the service as it was just gone.
struct Walk {
    std::vector<sync::Trail::Mark> steps = {};
    std::optional<sync::Failure> failure = {};  ///< of the last step; nothing: all is well
    std::optional<std::string> warning = {};    ///< about how the way was chosen
};

/// Goes the way to the service once, for a person who wants to know where it ends: as each sync
/// does, but from the very beginning, with nothing known from before. Asks for the document, and
/// changes nothing, neither here nor there; only a token that the server refuses is renewed, as a
/// sync would. For the loop's thread.
class Walker {
  public:
    /// `server` makes no calls itself. `warning` is about how it is reached, if there is one.
    Walker(boost::asio::any_io_executor const& executor, loop::Worker& worker,
           sync::Account& account, std::unique_ptr<sync::HttpsRemote> server,
           std::optional<std::string> warning);

    /// Takes about a minute at most by the default limits of the configuration: each of its parts
    /// has the limit that it has in a sync. One at a time: whoever asks meanwhile gets the same.
    [[nodiscard]] boost::asio::awaitable<Walk> walk();

    /// Takes effect with the next walk.
    void configure(std::unique_ptr<sync::HttpsRemote> server, std::optional<std::string> warning);

  private:
    [[nodiscard]] boost::asio::awaitable<Walk> walk_and_renew();
    [[nodiscard]] boost::asio::awaitable<Walk> walk_once();
    [[nodiscard]] Walk ended(sync::HttpsRemote const& remote, std::optional<sync::Failure> failure);

    loop::Worker& worker_;
    sync::Account& account_;
    std::unique_ptr<sync::HttpsRemote> server_;
    std::optional<std::string> warning_;
    loop::SingleFlight<Walk> walking_;
};

}  // namespace settings::daemon
