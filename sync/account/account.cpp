#include "sync/account/account.h"

#include <utility>

#include "loop/as_errors.h"
#include "model/json.h"
#include "sync/account/jwt.h"

namespace settings::sync {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds farewell{5};
std::string const no_token;

Failure not_saved(Error const& error) { return {Fault::storage, error.message()}; }

std::optional<Failure> failure_unless(Result<void> const& saved) {
    if (saved) return std::nullopt;
    return not_saved(saved.error());
}

Request post(std::string target, Json const& body) {
    return {"POST", std::move(target), to_text(body)};
}

/// The published name, and the one that the service's own client sends.
Request refresh_request(std::string const& token) {
    return post("/user/refresh", {{"refreshToken", token}, {"refresh_token", token}});
}

Request login_request(std::string const& email, std::string const& password) {
    return post("/user/login", {{"email", email}, {"password", password}});
}

Request logout_request(std::string const& token) {
    return post("/user/logout", {{"refresh_token", token}});
}

}  // namespace

Account::Account(asio::any_io_executor executor, Options options,
                 std::unique_ptr<HttpsRemote> server)
    : executor_{std::move(executor)},
      credentials_{std::move(options.sources), std::move(options.clocks)},
      server_{std::move(server)},
      renewed_{executor_, asio::steady_timer::time_point::max()} {
    if (!options.token_command.empty())
        command_.emplace(executor_, std::move(options.token_command));
}

asio::awaitable<Account::Renewal> Account::renew() {
    if (renewing_) {
        co_await renewed_.async_wait(loop::as_errors);
        co_return last_renewal_;
    }
    renewing_ = true;
    last_renewal_ = co_await renew_once();
    renewing_ = false;
    renewed_.cancel();
    co_return last_renewal_;
}

asio::awaitable<Account::Renewal> Account::renew_once() {
    if (credentials_.has_unsaved()) co_return outcome_of(credentials_.save_again());
    auto refresh_token = credentials_.refresh_token();
    if (!refresh_token.empty()) co_return co_await refresh(std::move(refresh_token));
    auto const state = credentials_.state();
    if (state.renewable && command_) co_return co_await run_command();
    Failure nothing{Fault::unauthorized, state.missing};
    if (nothing.message.empty()) nothing.message = "the token has no refresh token";
    co_return nothing;
}

asio::awaitable<Account::Renewal> Account::refresh(std::string refresh_token) {
    auto request = refresh_request(refresh_token);
    renewing_remote_ = server_->sibling();
    HttpsRemote::Outcome outcome = co_await renewing_remote_->call(std::move(request), no_token);
    renewing_remote_.reset();
    // A login that came in between makes an old refusal as meaningless as an old token.
    if (credentials_.refresh_token() != refresh_token) co_return credentials_.state();
    if (auto* failure = std::get_if<Failure>(&outcome)) co_return std::move(*failure);
    auto reply = read_renewal(std::get<Answer>(outcome));
    if (auto* failure = std::get_if<Failure>(&reply)) co_return std::move(*failure);
    auto const saved = credentials_.renew(refresh_token, std::move(std::get<TokenPair>(reply)));
    co_return outcome_of(saved);
}

asio::awaitable<Account::Renewal> Account::run_command() {
    auto token = co_await command_->run();
    // What fails now may work in a minute: it may need the network, or a key to be unlocked. It is
    // this machine's failure: no server was asked.
    if (!token) {
        Failure failure{Fault::storage, token.error().message()};
        co_return failure;
    }
    credentials_.take_printed(std::move(*token));
    co_return credentials_.state();
}

Account::Renewal Account::outcome_of(Result<void> const& saved) {
    if (saved) return credentials_.state();
    return not_saved(saved.error());
}

asio::awaitable<std::optional<Failure>> Account::log_in(std::string email, std::string password) {
    auto request = login_request(email, password);
    auto const remote = server_->sibling();
    HttpsRemote::Outcome outcome = co_await remote->call(std::move(request), no_token);
    if (auto* failure = std::get_if<Failure>(&outcome)) co_return std::move(*failure);
    auto reply = read_login(std::get<Answer>(outcome));
    if (auto* failure = std::get_if<Failure>(&reply)) co_return std::move(*failure);
    co_return failure_unless(credentials_.log_in(std::move(std::get<TokenPair>(reply))));
}

std::optional<Failure> Account::adopt(TokenPair pair) {
    bool const is_pair = is_token(pair.access) && (pair.refresh.empty() || is_token(pair.refresh));
    if (!is_pair)
        return Failure{Fault::refused,
                       "a token is visible ASCII characters, 16384 at the most, and one of these "
                       "is not"};
    return failure_unless(credentials_.adopt(std::move(pair)));
}

asio::awaitable<std::optional<Failure>> Account::log_out() {
    auto const refresh_token = credentials_.refresh_token();
    auto access = credentials_.current();
    // Here first: whatever the network does, the tokens are gone.
    auto const removed = credentials_.log_out();
    if (!removed) co_return not_saved(removed.error());
    if (refresh_token.empty()) co_return std::nullopt;
    auto request = logout_request(refresh_token);
    auto const remote = server_->sibling(farewell);
    std::string bearer;
    if (access) bearer = std::move(access->text);
    static_cast<void>(co_await remote->call(std::move(request), std::move(bearer)));
    co_return std::nullopt;
}

void Account::configure(std::unique_ptr<HttpsRemote> server) { server_ = std::move(server); }

void Account::disconnect() {
    if (renewing_remote_) renewing_remote_->disconnect();
}

void Account::stop() {
    if (command_) command_->stop();
}

}  // namespace settings::sync
