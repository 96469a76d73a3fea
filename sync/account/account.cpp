#include "sync/account/account.h"

#include <boost/algorithm/string/case_conv.hpp>
#include <utility>

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
Json refresh_body(std::string const& token) {
    return {{"refreshToken", token}, {"refresh_token", token}};
}

Request refresh_request(std::string const& token, Provider provider) {
    if (!is_renewed_at_provider(provider)) return post("/user/refresh", refresh_body(token));
    auto const name = boost::to_lower_copy(std::string{name_of(provider)});
    return post("/auth/" + name + "/refresh", {{"refresh_token", token}});
}

Request verification_request(Proof const& proof) {
    Json body = Json::object();
    if (auto const* code = std::get_if<FactorCode>(&proof))
        body = {{"mfaType", by_code}, {"code", code->text}};
    if (auto const* link = std::get_if<LinkToken>(&proof))
        body = {{"mfaType", by_link}, {"token", link->text}};
    return post("/mfa/verify-login", body);
}

/// What a person sees of this machine in the account's list of devices.
Json device_info(std::string const& name) {
    return {{"userAgent", "settingsd/" SETTINGSD_VERSION " (" + name + ')'},
            {"deviceType", "DESKTOP"},
            {"os", "Linux"},
            {"browser", "settingsd on " + name}};
}

Request login_request(std::string const& email, std::string const& password,
                      std::string const& device_name) {
    Json body{{"email", email}, {"password", password}};
    if (!device_name.empty()) body["deviceInfo"] = device_info(device_name);
    return post("/user/login", body);
}

Request logout_request(std::string const& token) {
    return post("/user/logout", refresh_body(token));
}

}  // namespace

Failure without_token(Error const& error) {
    bool const is_ours = error.code() == Errc::busy;
    return {is_ours ? Fault::storage : Fault::unauthorized, error.message()};
}

Account::Account(asio::any_io_executor executor, Options options,
                 std::unique_ptr<HttpsRemote> server)
    : executor_{std::move(executor)},
      clocks_{options.clocks},
      credentials_{std::move(options.sources), std::move(options.clocks)},
      device_name_{std::move(options.device_name)},
      server_{std::move(server)},
      renewing_{executor_} {
    if (!options.token_command.empty())
        command_.emplace(executor_, std::move(options.token_command));
}

asio::awaitable<Account::Renewal> Account::renew() { return renewing_.run(renew_once()); }

asio::awaitable<Account::Renewal> Account::renew_once() {
    if (credentials_.has_unsaved()) co_return outcome_of(credentials_.save_again());
    auto refresh_token = credentials_.refresh_token();
    auto const provider = credentials_.provider();
    if (!refresh_token.empty()) co_return co_await refresh(std::move(refresh_token), provider);
    auto const state = credentials_.state();
    if (state.renewable && command_) co_return co_await run_command();
    Failure nothing{Fault::unauthorized, state.missing};
    if (nothing.message.empty()) nothing.message = "the token has no refresh token";
    co_return nothing;
}

asio::awaitable<Account::Renewal> Account::refresh(std::string refresh_token, Provider provider) {
    auto request = refresh_request(refresh_token, provider);
    renewing_remote_ = server_->sibling();
    HttpsRemote::Outcome outcome = co_await renewing_remote_->call(std::move(request), no_token);
    renewing_remote_.reset();
    // A login that came in between makes an old refusal as meaningless as an old token.
    if (credentials_.refresh_token() != refresh_token) co_return credentials_.state();
    if (auto* failure = std::get_if<Failure>(&outcome)) co_return std::move(*failure);
    auto reply = read_renewal(std::get<Answer>(outcome), provider);
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
    pending_.reset();
    auto request = login_request(email, password, device_name_);
    auto remote = server_->sibling();
    HttpsRemote::Outcome outcome = co_await remote->call(std::move(request), no_token);
    if (auto* failure = std::get_if<Failure>(&outcome)) co_return std::move(*failure);
    auto& answer = std::get<Answer>(outcome);
    answer.secrets.push_back(std::move(password));
    auto reply = read_login(answer);
    if (auto* failure = std::get_if<Failure>(&reply)) co_return std::move(*failure);
    auto pair = std::move(std::get<TokenPair>(reply));
    pair.note.email = std::move(email);
    if (!asks_for_factors_) co_return keep(std::move(pair));
    co_return co_await admit(std::move(remote), std::move(pair));
}

/// Asks over the login's own connection whether the password was all.
asio::awaitable<std::optional<Failure>> Account::admit(std::unique_ptr<HttpsRemote> remote,
                                                       TokenPair pair) {
    Request question{"GET", "/mfa/status", {}};
    HttpsRemote::Outcome const status = co_await remote->call(std::move(question), pair.access);
    auto const challenge = heard(status);
    if (!challenge) co_return keep(std::move(pair));
    pending_.emplace(std::move(pair), *challenge, clocks_.boot());
    Failure incomplete{Fault::unauthorized, what_to_show(*challenge)};
    co_return incomplete;
}

/// A status that cannot be had or read asks for nothing: the login may be whole, and if it is not,
/// the first request with it tells.
std::optional<Challenge> Account::heard(HttpsRemote::Outcome const& status) {
    auto const* answer = std::get_if<Answer>(&status);
    if (answer == nullptr) return std::nullopt;
    if (has_no_second_factors(*answer)) asks_for_factors_ = false;
    return challenge_in(*answer);
}

std::optional<Failure> Account::keep(TokenPair pair) {
    auto failure = failure_unless(credentials_.log_in(std::move(pair)));
    if (!failure) unproven_ = credentials_.state().generation;
    return failure;
}

std::optional<Challenge> Account::challenge() {
    if (pending_ && pending_->is_over(clocks_.boot())) pending_.reset();
    if (!pending_) return std::nullopt;
    return pending_->challenge();
}

Time Account::locked_for() const {
    return pending_ ? pending_->locked_for(clocks_.boot()) : Time{0};
}

asio::awaitable<std::optional<Failure>> Account::show(Proof proof) {
    if (auto refusal = pending_->why_not(clocks_.boot(), clocks_.wall()))
        co_return std::move(*refusal);
    auto const access = pending_->pair().access;
    auto request = verification_request(proof);
    auto const remote = server_->sibling();
    HttpsRemote::Outcome outcome = co_await remote->call(std::move(request), access);
    // What was shown for an older login is nothing to this one.
    bool const is_another = !pending_ || pending_->pair().access != access;
    Failure late{Fault::unauthorized, "another login or a logout came in between"};
    if (is_another) co_return late;
    co_return take(std::move(outcome), proof);
}

std::optional<Failure> Account::take(HttpsRemote::Outcome outcome, Proof const& proof) {
    if (auto* failure = std::get_if<Failure>(&outcome)) {
        // The server may have carried it out, and takes no code twice.
        if (failure->fault == Fault::unknown_outcome) failure->message += "; log in again";
        return std::move(*failure);
    }
    auto reply = read_verification(std::get<Answer>(outcome));
    if (auto* failure = std::get_if<Failure>(&reply))
        return pending_->refused(std::move(*failure), proof, clocks_.boot(), clocks_.wall());
    auto pair = pending_->finished_by(std::move(std::get<TokenPair>(reply)), proof);
    pending_.reset();
    return keep(std::move(pair));
}

asio::awaitable<std::optional<Failure>> Account::mail_link() {
    auto const access = pending_->pair().access;
    auto request = post("/mfa/magic-link/send", Json::object());
    auto const remote = server_->sibling();
    HttpsRemote::Outcome outcome = co_await remote->call(std::move(request), access);
    if (auto* failure = std::get_if<Failure>(&outcome)) co_return std::move(*failure);
    co_return read_mailing(std::get<Answer>(outcome));
}

bool Account::is_unproven(std::uint64_t generation) const {
    return generation != 0 && generation == unproven_;
}

void Account::has_served(std::uint64_t generation) {
    if (is_unproven(generation)) unproven_ = 0;
}

std::optional<Failure> Account::adopt(TokenPair pair) {
    bool const is_pair = is_token(pair.access) && (pair.refresh.empty() || is_token(pair.refresh));
    if (!is_pair)
        return Failure{Fault::refused,
                       "a token is visible ASCII characters, 16384 at the most, and one of these "
                       "is not"};
    pending_.reset();
    auto failure = failure_unless(credentials_.adopt(std::move(pair)));
    if (!failure) unproven_ = credentials_.state().generation;
    return failure;
}

asio::awaitable<std::optional<Failure>> Account::log_out() {
    auto refresh_token = credentials_.refresh_token();
    auto const access = credentials_.current();
    auto const begun = std::exchange(pending_, std::nullopt);
    // Here first: whatever the network does, the tokens are gone.
    auto const removed = credentials_.log_out();
    if (!removed) co_return not_saved(removed.error());
    std::string bearer;
    if (access) bearer = access->text;
    co_await tell_logout(std::move(refresh_token), std::move(bearer));
    if (begun) co_await tell_logout(begun->pair().refresh, begun->pair().access);
    co_return std::nullopt;
}

asio::awaitable<void> Account::tell_logout(std::string refresh, std::string access) {
    if (refresh.empty()) co_return;
    auto request = logout_request(refresh);
    auto const remote = server_->sibling(farewell);
    static_cast<void>(co_await remote->call(std::move(request), std::move(access)));
}

void Account::configure(std::unique_ptr<HttpsRemote> server, std::string device_name) {
    server_ = std::move(server);
    device_name_ = std::move(device_name);
    asks_for_factors_ = true;
}

void Account::disconnect() {
    if (renewing_remote_) renewing_remote_->disconnect();
}

void Account::stop() {
    if (command_) command_->stop();
}

}  // namespace settings::sync
