#include "daemon/driver/walker.h"

#include <utility>

#include "sync/engine/wire.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

sync::WireEffect const look{sync::Fetch{}};

/// What an answer says to whoever asked for the document; nothing when that is in it.
std::optional<sync::Failure> failure_in(sync::Answer const& answer) {
    auto event = sync::event_for(look, answer);
    auto* failed = std::get_if<sync::Failed>(&event);
    if (failed == nullptr) return std::nullopt;
    return std::move(failed->failure);
}

bool is_refused(std::optional<sync::Failure> const& failure) {
    return failure && failure->fault == sync::Fault::unauthorized && !failure->by_gateway;
}

/// The service looks at the token before it looks at anything else, and it has one time for both.
/// What a gateway says tells nothing of the token.
void tell_of_login(Walk& walk) {
    using sync::Step;
    bool const was_asked = !walk.steps.empty() && walk.steps.back().step == Step::service;
    if (!was_asked || (walk.failure && walk.failure->by_gateway)) return;
    if (is_refused(walk.failure)) walk.steps.back().step = Step::login;
    if (walk.failure) return;
    walk.steps.back().found = "the service answers with the document";
    walk.steps.insert(walk.steps.end() - 1, {Step::login, {}, "the service takes the token"});
}

}  // namespace

Walker::Walker(asio::any_io_executor const& executor, loop::Worker& worker, sync::Account& account,
               std::unique_ptr<sync::HttpsRemote> server, std::optional<std::string> warning)
    : worker_{worker},
      account_{account},
      server_{std::move(server)},
      warning_{std::move(warning)},
      walking_{executor} {}

void Walker::configure(std::unique_ptr<sync::HttpsRemote> server,
                       std::optional<std::string> warning) {
    server_ = std::move(server);
    warning_ = std::move(warning);
}

asio::awaitable<Walk> Walker::walk() { return walking_.run(walk_and_renew()); }

/// A token that has expired since the last look is nothing that a person has to mend.
asio::awaitable<Walk> Walker::walk_and_renew() {
    auto walk = co_await walk_once();
    if (!is_refused(walk.failure) || !account_.state().renewable) co_return walk;
    auto renewed = co_await account_.renew();
    auto* failure = std::get_if<sync::Failure>(&renewed);
    if (failure == nullptr) co_return co_await walk_once();
    walk.failure = std::move(*failure);
    co_return walk;
}

/// Without a token, too: all steps before the login are the same.
asio::awaitable<Walk> Walker::walk_once() {
    auto const token = account_.current();
    auto const remote = server_->newcomer();
    auto request = sync::request_for(look);
    std::string text = token ? token->text : std::string{};
    auto outcome = co_await remote->call(std::move(request), std::move(text));
    if (auto* failure = std::get_if<sync::Failure>(&outcome))
        co_return ended(*remote, std::move(*failure));
    auto& answer = std::get<sync::Answer>(outcome);
    if (token) answer.secrets = {token->text, account_.refresh_token()};
    auto read = [&answer] { return failure_in(answer); };
    std::optional<sync::Failure> failure =
        co_await worker_.run(answer.body.size(), std::move(read));
    if (!token && is_refused(failure)) failure->message = token.error().message();
    co_return ended(*remote, std::move(failure));
}

Walk Walker::ended(sync::HttpsRemote const& remote, std::optional<sync::Failure> failure) {
    Walk walk{remote.trail().marks(), std::move(failure), warning_};
    tell_of_login(walk);
    return walk;
}

}  // namespace settings::daemon
