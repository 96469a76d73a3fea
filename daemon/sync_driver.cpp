#include "daemon/sync_driver.h"

#include <spdlog/spdlog.h>

#include <boost/asio/use_awaitable.hpp>
#include <random>
#include <utility>

#include "daemon/await_writer.h"
#include "daemon/memory.h"
#include "model/limits.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

constexpr char const* settings_target = "/settings/user";

/// What the server refused waits for an edit.
constexpr Time never = Time::max();

std::optional<sync::Time> deadline(sync::Posture const& posture) {
    if (auto const* resting = std::get_if<sync::Resting>(&posture)) return resting->until;
    return std::nullopt;
}

std::optional<sync::Rest> reason(sync::Posture const& posture) {
    if (auto const* resting = std::get_if<sync::Resting>(&posture)) return resting->why;
    return std::nullopt;
}

bool is_long_rest(sync::Posture const& posture) {
    return std::holds_alternative<sync::Held>(posture) || reason(posture) == sync::Rest::idle;
}

sync::Event failed(sync::Failure failure) {
    spdlog::warn("sync: {}", failure.message);
    return sync::Failed{std::move(failure)};
}

sync::Event failed(Error const& error) {
    return failed(sync::Failure{sync::Fault::storage, error.message()});
}

std::string plural(std::size_t count, char const* noun) {
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

}  // namespace

SyncDriver::SyncDriver(asio::any_io_executor const& executor, store::Writer& writer,
                       sync::Credentials credentials, sync::HttpsRemote::Options remote,
                       sync::Engine::Options options)
    : executor_{executor},
      writer_{writer},
      credentials_{std::move(credentials)},
      remote_{std::make_unique<sync::HttpsRemote>(executor, std::move(remote))},
      engine_{options, std::random_device{}(), boot_now()},
      timer_{executor},
      progress_{executor},
      token_{token_or_error()} {}

asio::awaitable<void> SyncDriver::run() {
    while (!stopping_) {
        co_await rest();
        std::optional<sync::Effect> effect = engine_.handle(sync::Woke{}, boot_now());
        while (effect && !stopping_) {
            progress_.notify();
            Events done =
                std::visit([this](auto& asked) { return perform(std::move(asked)); }, *effect);
            sync::Event event = co_await std::move(done);
            effect = engine_.handle(std::move(event), boot_now());
        }
        progress_.notify();
        if (is_long_rest(engine_.posture())) release_unused_memory();
    }
}

asio::awaitable<void> SyncDriver::rest() {
    if (next_remote_) remote_ = std::move(next_remote_);
    waiting_until_ = deadline(engine_.posture());
    co_await timer_.wait_until(waiting_until_);
}

void SyncDriver::stop() {
    stopping_ = true;
    timer_.wake();
}

void SyncDriver::edited() { hint(&sync::Engine::edited); }

void SyncDriver::sync_now() { hint(&sync::Engine::sync_now); }

void SyncDriver::look_at_token() {
    auto token = token_or_error();
    if (token == std::exchange(token_, token)) return;
    hint(&sync::Engine::credentials_changed);
}

/// A rest that became longer is found out when it ends; only a shorter one needs a wake-up now.
void SyncDriver::hint(void (sync::Engine::*kind)(sync::Time)) {
    auto const before = reason(engine_.posture());
    (engine_.*kind)(boot_now());
    auto const until = deadline(engine_.posture());
    if (until && (!waiting_until_ || *until < *waiting_until_)) timer_.wake();
    if (reason(engine_.posture()) != before) progress_.notify();
}

/// What a look at the token gives: another error is news as well.
std::string SyncDriver::token_or_error() const {
    auto const token = credentials_.token();
    return token ? *token : token.error().message();
}

void SyncDriver::configure(sync::HttpsRemote::Options remote, sync::Engine::Options options) {
    auto next = std::make_unique<sync::HttpsRemote>(executor_, std::move(remote));
    bool const in_use = std::holds_alternative<sync::Awaiting>(engine_.posture());
    (in_use ? next_remote_ : remote_) = std::move(next);
    engine_.configure(options);
    sync_now();
}

SyncDriver::Events SyncDriver::perform(sync::Fetch) {
    sync::Request request{"GET", settings_target, ""};
    sync::HttpsRemote::Outcome outcome = co_await call(std::move(request));
    if (auto* failure = std::get_if<sync::Failure>(&outcome)) co_return failed(std::move(*failure));
    auto document = sync::read_document(std::get<sync::Answer>(outcome));
    if (auto* failure = std::get_if<sync::Failure>(&document))
        co_return failed(std::move(*failure));
    co_return sync::Fetched{std::move(std::get<Json>(document))};
}

SyncDriver::Events SyncDriver::perform(sync::Reconcile effect) {
    auto remote = std::make_shared<Json>(std::move(effect.remote));
    std::function<Result<store::Reconciled>(store::Ledger&)> work =
        [remote](store::Ledger& ledger) -> Result<store::Reconciled> {
        return ledger.mirror().reconcile(*remote, boot_now(), Winner::local, Verdict::none);
    };
    auto done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) co_return failed(done.error());
    if (done->applied > 0)
        spdlog::info("sync: {} from the server", plural(done->applied, "change"));
    for (auto const& conflict : done->conflicts)
        spdlog::warn("sync: {} was changed here and on the server; this device's value is kept",
                     dotted(conflict.path));
    co_return sync::Reconciled{};
}

SyncDriver::Events SyncDriver::perform(sync::Freeze effect) {
    std::function<Result<store::Frozen>(store::Ledger&)> work =
        [effect](store::Ledger& ledger) -> Result<store::Frozen> {
        return ledger.mirror().freeze({effect.max_keys, 0}, limits::batch_bytes, boot_now());
    };
    auto done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) co_return failed(done.error());
    bool const more = done->backlog.pending > done->batch.size();
    co_return sync::Frozen{std::move(done->batch), more};
}

SyncDriver::Events SyncDriver::perform(sync::Put const& effect) {
    sync::Request request{"PUT", settings_target, to_text(effect.body)};
    return deliver(std::move(request));
}

SyncDriver::Events SyncDriver::perform(sync::Delete effect) {
    Json const body{{"keys", std::move(effect.paths)}};
    sync::Request request{"DELETE", settings_target, to_text(body)};
    return deliver(std::move(request));
}

SyncDriver::Events SyncDriver::perform(sync::Settle effect) {
    auto const keys = effect.batch.size();
    std::function<Result<Backlog>(store::Ledger&)> work =
        [batch = std::move(effect.batch)](store::Ledger& ledger) -> Result<Backlog> {
        return ledger.mirror().settle(batch, boot_now());
    };
    auto done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) co_return failed(done.error());
    spdlog::info("sync: {} accepted by the server", plural(keys, "key"));
    co_return sync::Settled{};
}

SyncDriver::Events SyncDriver::perform(sync::Reject effect) {
    auto const refusal = effect.refusal;
    std::function<Result<std::size_t>(store::Ledger&)> work =
        [effect = std::move(effect)](store::Ledger& ledger) -> Result<std::size_t> {
        return ledger.mirror().reject(effect.batch, effect.refusal, never).keys;
    };
    auto done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) co_return failed(done.error());
    spdlog::error("sync: {} rejected by the server: {}", plural(*done, "key"), refusal.message);
    co_return sync::Rejected{};
}

SyncDriver::Events SyncDriver::deliver(sync::Request request) {
    sync::HttpsRemote::Outcome outcome = co_await call(std::move(request));
    if (auto* failure = std::get_if<sync::Failure>(&outcome)) co_return failed(std::move(*failure));
    auto refused = sync::read_acceptance(std::get<sync::Answer>(outcome));
    if (refused) co_return failed(std::move(*refused));
    co_return sync::Accepted{};
}

asio::awaitable<sync::HttpsRemote::Outcome> SyncDriver::call(sync::Request request) {
    auto token = credentials_.token();
    if (!token)
        co_return sync::HttpsRemote::Outcome{
            sync::Failure{sync::Fault::unauthorized, token.error().message()}};
    co_return co_await remote_->call(std::move(request), std::move(*token));
}

}  // namespace settings::daemon
