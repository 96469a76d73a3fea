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
        case sync::Fault::barred:
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

/// With the wait that the server asks for, in whole seconds: nothing here asks again by itself.
ipc::Reply passed_on(sync::Failure const& failure) {
    auto const status = status_of(failure.fault);
    if (!failure.retry_after) return ipc::failure(status, failure.message);
    auto const wait = std::chrono::ceil<std::chrono::seconds>(*failure.retry_after);
    auto reply = ipc::failure(status, failure.message + "; it asks to be left alone for " +
                                          std::to_string(wait.count()) + " s, then log in again");
    reply.retry_after = wait;
    return reply;
}

ipc::Reply nothing_waits() {
    return ipc::failure(409, "no login waits for a second factor; log in: settingsctl login");
}

sync::Proof proof_in(ipc::ShowFactor asked) {
    if (asked.code.empty()) return sync::LinkToken{std::move(asked.link_token)};
    return sync::FactorCode{std::move(asked.code)};
}

nlohmann::ordered_json to_json(sync::Challenge const& challenge, Time locked_for) {
    nlohmann::ordered_json mfa{{"methods", challenge.methods}, {"primary", nullptr}};
    if (!challenge.primary.empty()) mfa["primary"] = challenge.primary;
    mfa["lockedForSeconds"] = std::chrono::ceil<std::chrono::seconds>(locked_for).count();
    return mfa;
}

}  // namespace

Logins::Logins(sync::Account& account, Done done) : account_{account}, done_{std::move(done)} {}

asio::awaitable<ipc::Reply> Logins::log_in(ipc::LogIn asked) {
    first_ = asked.first;
    auto const failure =
        co_await account_.log_in(std::move(asked.email), std::move(asked.password));
    co_return after(failure, "Logged in", asked.first);
}

asio::awaitable<ipc::Reply> Logins::show(ipc::ShowFactor asked) {
    if (!account_.challenge()) co_return nothing_waits();
    auto proof = proof_in(std::move(asked));
    auto const failure = co_await account_.show(std::move(proof));
    co_return after(failure, "Logged in", first_);
}

asio::awaitable<ipc::Reply> Logins::mail_link() {
    if (!account_.challenge()) co_return nothing_waits();
    auto const failure = co_await account_.mail_link();
    if (failure) co_return refusal(*failure);
    co_return ipc::success({{"success", true}, {"message", "The link is mailed"}});
}

ipc::Reply Logins::adopt(ipc::AdoptTokens asked) {
    sync::TokenPair pair{std::move(asked.access), std::move(asked.refresh)};
    pair.note.provider = asked.provider;
    return after(account_.adopt(std::move(pair)), "Logged in", asked.first);
}

asio::awaitable<ipc::Reply> Logins::log_out() {
    auto const failure = co_await account_.log_out();
    co_return after(failure, "Logged out");
}

ipc::Reply Logins::after(std::optional<sync::Failure> const& failure, char const* success,
                         std::optional<Meeting> first) {
    done_({!failure, first});
    if (failure) return refusal(*failure);
    return ipc::success({{"success", true}, {"message", success}});
}

/// With what is yet to be shown, where a login waits for it.
ipc::Reply Logins::refusal(sync::Failure const& failure) {
    auto const challenge = account_.challenge();
    if (challenge && failure.fault == sync::Fault::unauthorized)
        return ipc::failure(401, failure.message, "mfa",
                            to_json(*challenge, account_.locked_for()));
    return passed_on(failure);
}

}  // namespace settings::daemon
