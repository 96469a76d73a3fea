#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>

#include "ipc/command.h"
#include "sync/account/account.h"

namespace settings::daemon {

/// Answers what logs in and out. For the loop's thread.
class Logins {
  public:
    /// `done` is called after each attempt: the token may be another one.
    Logins(sync::Account& account, std::function<void()> done);

    [[nodiscard]] boost::asio::awaitable<ipc::Reply> log_in(ipc::LogIn asked);
    [[nodiscard]] ipc::Reply adopt(ipc::AdoptTokens asked);
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> log_out();

  private:
    [[nodiscard]] ipc::Reply after(std::optional<sync::Failure> const& failure,
                                   char const* success);

    sync::Account& account_;
    std::function<void()> done_;
};

}  // namespace settings::daemon
