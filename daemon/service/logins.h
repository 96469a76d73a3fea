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
    /// An attempt to log in or out, and what a person said with it.
    struct Attempt {
        bool succeeded = false;
        std::optional<Meeting> first = {};
    };
    /// Hears of each attempt, also of one that failed: the token may be another one.
    using Done = std::function<void(Attempt const& attempt)>;

    Logins(sync::Account& account, Done done);

    [[nodiscard]] boost::asio::awaitable<ipc::Reply> log_in(ipc::LogIn asked);
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> show(ipc::ShowFactor asked);
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> mail_link();
    [[nodiscard]] ipc::Reply adopt(ipc::AdoptTokens asked);
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> log_out();

  private:
    [[nodiscard]] ipc::Reply after(std::optional<sync::Failure> const& failure, char const* success,
                                   std::optional<Meeting> first = {});
    [[nodiscard]] ipc::Reply refusal(sync::Failure const& failure);

    sync::Account& account_;
    Done done_;
    std::optional<Meeting> first_;  ///< what a person said to the last login
};

}  // namespace settings::daemon
