#include "daemon/service/logins.h"

#include <utility>

#include "ipc/reply.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

/// Whose fault it is that a login or logout failed.
unsigned status_of(sync::Fault fault) {
    switch (fault) {
        case sync::Fault::refused: return 400;
        case sync::Fault::unauthorized: return 403;
        case sync::Fault::storage: return 507;
        case sync::Fault::offline:
        case sync::Fault::untrusted:
        case sync::Fault::unknown_outcome:
        case sync::Fault::server_error:
        case sync::Fault::impostor:
        case sync::Fault::too_large:
        case sync::Fault::forbidden:
        case sync::Fault::missing:
        case sync::Fault::stranger: return 502;  // the server's, or that of the way to it
    }
    return 502;
}

}  // namespace

Logins::Logins(sync::Account& account, Done done) : account_{account}, done_{std::move(done)} {}

asio::awaitable<ipc::Reply> Logins::log_in(ipc::LogIn asked) {
    auto const failure =
        co_await account_.log_in(std::move(asked.email), std::move(asked.password));
    co_return after(failure, "Logged in", asked.first);
}

ipc::Reply Logins::adopt(ipc::AdoptTokens asked) {
    sync::TokenPair pair{std::move(asked.access), std::move(asked.refresh)};
    return after(account_.adopt(std::move(pair)), "Logged in", asked.first);
}

asio::awaitable<ipc::Reply> Logins::log_out() {
    auto const failure = co_await account_.log_out();
    co_return after(failure, "Logged out");
}

ipc::Reply Logins::after(std::optional<sync::Failure> const& failure, char const* success,
                         std::optional<Meeting> first) {
    done_({!failure, first});
    if (failure) return ipc::failure(status_of(failure->fault), failure->message);
    return ipc::success({{"success", true}, {"message", success}});
}

}  // namespace settings::daemon
