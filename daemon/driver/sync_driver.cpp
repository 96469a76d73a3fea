#include "daemon/driver/sync_driver.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>
#include <utility>

#include "daemon/driver/await_writer.h"
#include "daemon/host/needs_route.h"
#include "daemon/host/spare_memory.h"
#include "model/limits.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

constexpr char const* settings_target = "/settings/user";

/// While a wait goes on.
constexpr Time noted_every = std::chrono::hours{1};

std::optional<Time> deadline(sync::Posture const& posture) {
    if (auto const* resting = std::get_if<sync::Resting>(&posture)) return resting->until;
    return std::nullopt;
}

std::optional<sync::Rest> reason(sync::Posture const& posture) {
    if (auto const* resting = std::get_if<sync::Resting>(&posture)) return resting->why;
    return std::nullopt;
}

/// Whether there is time to clean up, and nothing much in memory that is needed soon.
bool is_long_rest(sync::Posture const& posture, Time now) {
    auto const until = deadline(posture);
    return !until || *until - now > std::chrono::minutes{5};
}

std::string plural(std::size_t count, char const* noun) {
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

void log_reconciled(Reconciled const& done) {
    if (done.held)
        spdlog::warn(
            "sync: the server's document would change {} and remove {} of the {} that it "
            "held; nothing is taken over before a person decides",
            done.held->changed, done.held->removed, plural(done.held->known, "key"));
    if (done.applied > 0) spdlog::info("sync: {} from the server", plural(done.applied, "change"));
    for (auto const& conflict : done.conflicts)
        spdlog::warn("sync: {} was changed here and on the server; the value {} is kept",
                     dotted(conflict.path),
                     conflict.kept == Winner::local ? "of this device" : "of the server");
}

}  // namespace

SyncDriver::SyncDriver(asio::any_io_executor const& executor, store::Writer& writer,
                       sync::Account& account, DaemonClock clock,
                       std::unique_ptr<sync::HttpsRemote> remote, sync::Options options,
                       sync::Memory const& memory)
    : writer_{writer},
      account_{account},
      clock_{std::move(clock)},
      remote_{std::move(remote)},
      engine_{options, std::random_device{}(), memory, account.state(), clock_.now()},
      timer_{executor},
      progress_{executor} {}

asio::awaitable<void> SyncDriver::run() {
    while (!stopping_) {
        co_await rest();
        look_at_token();  // in case that no event told of it
        std::optional<sync::Effect> effect = engine_.handle(sync::Woke{}, now());
        while (effect && !stopping_) {
            progress_.notify();
            Events done =
                std::visit([this](auto& asked) { return perform(std::move(asked)); }, *effect);
            sync::Event event = co_await std::move(done);
            look_for_way(false);  // to where the server was found just now
            effect = engine_.handle(std::move(event), now());
        }
        progress_.notify();
        if (is_long_rest(engine_.posture(), now())) release_unused_memory();
    }
}

asio::awaitable<void> SyncDriver::rest() {
    if (next_remote_) take_next_remote();
    waiting_until_ = deadline(engine_.posture());
    auto const noted_at = now() + noted_every;
    std::optional<Time> until;
    if (waiting_until_) until = clock_.on_boottime(std::min(*waiting_until_, noted_at));
    co_await timer_.wait_until(until);
    if (until && now() >= noted_at) note_clock();
}

/// So that after a power cut a wait is not as long again as it was at its beginning.
void SyncDriver::note_clock() {
    writer_.submit(
        [text = memory()](store::Ledger& ledger) -> Result<void> {
            ledger.memory().remember(text);
            return {};
        },
        [](Result<void> const&) {});
}

void SyncDriver::stop() {
    note_clock();
    stopping_ = true;
    timer_.wake();
    progress_.notify();
}

// Hints -----------------------------------------------------------------------------------------

void SyncDriver::edited() {
    hint([this](Time now) { engine_.edited(now); });
}

void SyncDriver::sync_now() {
    hint([this](Time now) { engine_.sync_now(now); });
}

void SyncDriver::decide(Verdict verdict) {
    hint([this, verdict](Time now) { engine_.decide(verdict, now); });
}

void SyncDriver::pause() {
    hint([this](Time) { engine_.pause(); });
}

void SyncDriver::resume() {
    hint([this](Time now) { engine_.resume(now); });
}

void SyncDriver::look_at_token() {
    auto const token = account_.state();
    hint([this, &token](Time now) { engine_.token_changed(token, now); });
}

/// What went may have carried our connection, and a dead one would only be found out by a
/// time-out.
void SyncDriver::network_changed(NetworkChange change, std::optional<bool> has_network) {
    has_network_ = has_network;
    if (change.lost && needs_route(remote_->host())) disconnect();
    if (change.gained) remote_->doubt_addresses();
    look_for_way(change.gained);
}

/// Whether an attempt may succeed. When nobody tells of routes that come, there is nothing to wait
/// for, and only an attempt can tell.
bool SyncDriver::has_way() const {
    if (!has_network_ || !needs_route(remote_->host())) return true;
    return *has_network_ && remote_->is_routable();
}

/// What was `gained` may help also where there was a way before.
void SyncDriver::look_for_way(bool gained) {
    bool const is_up = has_way();
    if (gained || is_up != engine_.report().is_online)
        hint([this, is_up](Time now) { engine_.network_changed(is_up, now); });
}

void SyncDriver::woke_up() {
    disconnect();
    hint([this](Time now) { engine_.woke_up(now); });
}

void SyncDriver::disconnect() {
    remote_->disconnect();
    account_.disconnect();
}

/// A rest that became longer is found out when it ends; only a shorter one needs a wake-up now.
void SyncDriver::hint(std::function<void(Time)> const& tell) {
    auto const before = reason(engine_.posture());
    tell(now());
    auto const until = deadline(engine_.posture());
    if (until && (!waiting_until_ || *until < *waiting_until_)) timer_.wake();
    // Who waits for progress reads the store, which is too much for each of many edits.
    if (reason(engine_.posture()) != before) progress_.notify();
}

void SyncDriver::configure(std::unique_ptr<sync::HttpsRemote> remote, sync::Options options) {
    remote->know_addresses_of(*remote_);
    next_remote_ = std::move(remote);
    engine_.configure(options);
    bool const in_use = std::holds_alternative<sync::Awaiting>(engine_.posture());
    if (!in_use) take_next_remote();
    sync_now();
}

void SyncDriver::take_next_remote() {
    remote_ = std::move(next_remote_);
    look_for_way(false);
}

// Effects ---------------------------------------------------------------------------------------

/// With the clock, so that the times in it mean something to the next process.
std::string SyncDriver::memory_text(sync::Memory memory) const {
    memory.clock = clock_.reading();
    return to_text(memory);
}

SyncDriver::Events SyncDriver::perform(sync::Remember effect) {
    std::function<Result<bool>(store::Ledger&)> work =
        [text = memory_text(effect.memory),
         in_doubt = effect.in_doubt](store::Ledger& ledger) -> Result<bool> {
        ledger.memory().remember(text);
        if (!in_doubt) ledger.mirror().drop_marks();
        return true;
    };
    auto done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) co_return failed(done.error());
    co_return sync::Remembered{};
}

SyncDriver::Events SyncDriver::perform(sync::Renew) {
    sync::Account::Renewal renewal = co_await account_.renew();
    if (auto* failure = std::get_if<sync::Failure>(&renewal)) co_return failed(std::move(*failure));
    spdlog::info("sync: a new access token");
    co_return sync::Renewed{std::move(std::get<sync::TokenState>(renewal))};
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
    auto asked = std::make_shared<sync::Reconcile>(std::move(effect));
    std::function<Result<Reconciled>(store::Ledger&)> work =
        [asked, memory = memory(), now = now()](store::Ledger& ledger) -> Result<Reconciled> {
        ledger.memory().remember(memory);
        return ledger.mirror().reconcile(asked->remote, now, asked->winner, asked->verdict);
    };
    auto done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) co_return failed(done.error());
    log_reconciled(*done);
    co_return *std::move(done);
}

SyncDriver::Events SyncDriver::perform(sync::Freeze effect) {
    std::function<Result<Frozen>(store::Ledger&)> work =
        [effect, memory = memory(), now = now()](store::Ledger& ledger) -> Result<Frozen> {
        ledger.memory().remember(memory);
        return ledger.mirror().freeze(effect.selection, limits::batch_bytes, now);
    };
    auto done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) co_return failed(done.error());
    co_return *std::move(done);
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
        [batch = std::move(effect.batch), memory = memory(),
         now = now()](store::Ledger& ledger) -> Result<Backlog> {
        ledger.memory().remember(memory);
        return ledger.mirror().settle(batch, now);
    };
    auto done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) co_return failed(done.error());
    spdlog::info("sync: {} accepted by the server", plural(keys, "key"));
    co_return sync::Settled{*done};
}

SyncDriver::Events SyncDriver::perform(sync::Reject effect) {
    auto const refusal = effect.refusal;
    std::function<Result<SetAside>(store::Ledger&)> work =
        [effect = std::move(effect), memory = memory()](store::Ledger& ledger) -> Result<SetAside> {
        ledger.memory().remember(memory);
        return ledger.mirror().reject(effect.batch, effect.refusal, effect.retry_at);
    };
    auto done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) co_return failed(done.error());
    spdlog::error("sync: {} rejected by the server: {}", plural(done->keys, "key"),
                  refusal.message);
    co_return *done;
}

SyncDriver::Events SyncDriver::deliver(sync::Request request) {
    sync::HttpsRemote::Outcome outcome = co_await call(std::move(request));
    if (auto* failure = std::get_if<sync::Failure>(&outcome)) co_return failed(std::move(*failure));
    auto refused = sync::read_acceptance(std::get<sync::Answer>(outcome));
    if (refused) co_return failed(std::move(*refused));
    co_return sync::Accepted{};
}

asio::awaitable<sync::HttpsRemote::Outcome> SyncDriver::call(sync::Request request) {
    auto token = account_.current();
    token_ = token ? token->generation : 0;
    secret_ = token ? token->text : std::string{};
    if (!token)
        co_return sync::HttpsRemote::Outcome{
            sync::Failure{sync::Fault::unauthorized, token.error().message()}};
    auto outcome = co_await remote_->call(std::move(request), std::move(token->text));
    note_skew(outcome);
    co_return outcome;
}

void SyncDriver::note_skew(sync::HttpsRemote::Outcome const& outcome) {
    using namespace std::chrono;
    auto const* answer = std::get_if<sync::Answer>(&outcome);
    if (answer == nullptr) return;
    if (auto const theirs = sync::http_date(answer->date))
        clock_skew_ = *theirs - duration_cast<seconds>(system_clock::now().time_since_epoch());
}

sync::Event SyncDriver::failed(sync::Failure failure) const {
    // A server may quote what it was sent, and this goes into log, status and store.
    if (!secret_.empty()) boost::replace_all(failure.message, secret_, "[token]");
    spdlog::warn("sync: {}", failure.message);
    failure.token = token_;
    return sync::Failed{std::move(failure)};
}

sync::Event SyncDriver::failed(Error const& error) const {
    return failed(sync::Failure{sync::Fault::storage, error.message()});
}

}  // namespace settings::daemon
