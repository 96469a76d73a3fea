#include "daemon/driver/sync_driver.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <random>
#include <utility>

#include "daemon/driver/await_writer.h"
#include "daemon/driver/step_log.h"
#include "daemon/effects/store_effects.h"
#include "daemon/host/spare_memory.h"
#include "model/footprint.h"
#include "sync/engine/wire.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

/// How often a long rest notes the clock on disk: what a power cut may add to a wait, at most.
constexpr Time noted_every = std::chrono::hours{1};

std::optional<Time> deadline(sync::Posture const& posture) {
    if (auto const* resting = std::get_if<sync::Resting>(&posture)) return resting->until;
    return std::nullopt;
}

std::optional<sync::Rest> reason(sync::Posture const& posture) {
    if (auto const* resting = std::get_if<sync::Resting>(&posture)) return resting->why;
    return std::nullopt;
}

/// What a 403 says of a token that a login has just given: its organization may demand more of a
/// login than this one has shown.
constexpr char const* is_incomplete =
    "this login is not complete; log in again: settingsctl login; ";

/// Whether there is time to clean up, and nothing much in memory that is needed soon.
bool is_long_rest(sync::Posture const& posture, Time now) {
    auto const until = deadline(posture);
    return !until || *until - now > std::chrono::minutes{5};
}

/// About how much memory the values of an effect take, which is more than their text does.
struct BytesIn {
    std::size_t operator()(sync::Reconcile const& effect) const {
        return footprint(effect.look.remote);
    }
    std::size_t operator()(sync::Settle const& effect) const {
        std::size_t bytes = 0;
        for (auto const& pending : effect.batch) {
            if (pending.local) bytes += footprint(*pending.local);
            if (pending.mirror) bytes += footprint(*pending.mirror);
        }
        return bytes;
    }
    std::size_t operator()(auto const&) const { return 0; }
};

template <class Effect>
std::size_t bytes_in(Effect const& effect) {
    return std::visit(BytesIn{}, effect);
}

/// The failure as the engine hears of it, once it is told to the person who reads the journal.
sync::Event told(sync::Failure failure) {
    spdlog::warn("sync: {}", failure.message);
    return sync::Failed{std::move(failure)};
}

}  // namespace

SyncDriver::SyncDriver(asio::any_io_executor const& executor, loop::Worker& worker,
                       store::Writer& writer, sync::Account& account, DaemonClock clock,
                       std::unique_ptr<sync::Remote> remote, sync::Options options,
                       sync::Memory const& memory, Looked looked)
    : worker_{worker},
      writer_{writer},
      account_{account},
      clock_{std::move(clock)},
      way_{std::move(remote)},
      engine_{options, std::random_device{}(), memory, account.state(), clock_.now()},
      looked_{std::move(looked)},
      timer_{executor},
      progress_{executor} {}

asio::awaitable<void> SyncDriver::run() {
    while (!stopping_) {
        co_await rest();
        look_at_token();  // nobody may have told of a new one
        std::optional<sync::Effect> effect = engine_.handle(sync::Woke{}, now());
        while (effect && !stopping_) {
            progress_.notify();
            Answered done =
                std::visit([this](auto& asked) { return perform(std::move(asked)); }, *effect);
            sync::Event event = co_await std::move(done);
            look_at_way();  // the server may have been found elsewhere just now
            effect = engine_.handle(std::move(event), now());
        }
        progress_.notify();
        if (is_long_rest(engine_.posture(), now())) release_unused_memory();
    }
}

asio::awaitable<void> SyncDriver::rest() {
    take_next_remote();
    waiting_until_ = deadline(engine_.posture());
    auto const noted_at = now() + noted_every;
    std::optional<Time> until;
    if (waiting_until_) until = clock_.on_boottime(std::min(*waiting_until_, noted_at));
    co_await timer_.wait_until(until);
    if (until && now() >= noted_at) keep_memory();
}

/// Keeps the engine's memory on disk, with the clock as of now: after a power cut a wait is shorter
/// by the part that has passed. What the disk does not take goes there with the engine's next step.
void SyncDriver::keep_memory() {
    writer_.submit(
        [text = memory()](store::Ledger& ledger) -> Result<void> {
            ledger.memory().remember(text);
            return {};
        },
        [](Result<void> const&) {});
}

void SyncDriver::stop() {
    keep_memory();
    stopping_ = true;
    timer_.wake();
    progress_.notify();
}

// Hints -----------------------------------------------------------------------------------------

void SyncDriver::edited(std::vector<std::string> const& keys) {
    hint([this, &keys](Time now) { engine_.edited(now, keys); });
}

void SyncDriver::sync_now() {
    hint([this](Time now) { engine_.sync_now(now); });
}

void SyncDriver::decide(Verdict verdict) {
    hint([this, verdict](Time now) { engine_.decide(verdict, now); });
}

void SyncDriver::decided(std::optional<MassChange> rest) {
    hint([this, &rest](Time now) { engine_.decided(std::move(rest), now); });
}

void SyncDriver::decide(Meeting meeting, Exceptions exceptions) {
    hint([&](Time now) { engine_.decide(meeting, std::move(exceptions), now); });
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

void SyncDriver::logged_in(std::optional<Meeting> meeting) {
    auto const token = account_.current();
    auto owner = owner_of(token ? token->names : Owner::Names{});
    hint([&](Time now) { engine_.logged_in(std::move(owner), meeting, now); });
    look_at_token();
    keep_memory();
}

void SyncDriver::network_changed(NetworkChange change, std::optional<bool> has_network) {
    if (way_.is_cut_by(change)) disconnect();
    way_.network_changed(change, has_network);
    // A network that came may help also where the way was open before.
    if (change.gained)
        tell_of_way();
    else
        look_at_way();
}

/// Tells the engine of a way that opened or closed.
void SyncDriver::look_at_way() {
    if (way_.is_open() != engine_.report().is_online) tell_of_way();
}

void SyncDriver::tell_of_way() {
    hint([this](Time now) { engine_.network_changed(way_.is_open(), now); });
}

void SyncDriver::woke_up() {
    disconnect();
    hint([this](Time now) { engine_.woke_up(now); });
}

void SyncDriver::disconnect() {
    way_.remote().disconnect();
    account_.disconnect();
}

/// A rest that became longer is found out when it ends; only a shorter one needs a wake-up now.
void SyncDriver::hint(auto const& tell) {
    auto const before = reason(engine_.posture());
    tell(now());
    auto const until = deadline(engine_.posture());
    if (until && (!waiting_until_ || *until < *waiting_until_)) timer_.wake();
    // Who waits for progress reads the store, which is too much for each of many edits.
    if (reason(engine_.posture()) != before) progress_.notify();
}

void SyncDriver::configure(std::unique_ptr<sync::Remote> remote, sync::Options options) {
    way_.prepare(std::move(remote));
    engine_.configure(options);
    bool const in_use = std::holds_alternative<sync::Awaiting>(engine_.posture());
    if (!in_use) take_next_remote();
    sync_now();
}

void SyncDriver::take_next_remote() {
    if (way_.take_next()) look_at_way();
}

// Effects ---------------------------------------------------------------------------------------

/// With the clock, so that its times mean something to the next process.
std::string SyncDriver::memory() const {
    auto memory = engine_.memory();
    memory.clock = clock_.reading();
    return to_text(memory);
}

SyncDriver::Answered SyncDriver::perform(sync::StoreEffect effect) {
    auto asked = std::make_shared<sync::StoreEffect>(std::move(effect));
    auto work = [asked, memory = memory(),
                 now = now()](store::Ledger& ledger) -> Result<sync::Event> {
        return carry_out(ledger, *asked, memory, now);
    };
    Result<sync::Event> done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) {
        sync::Failure failure{sync::Fault::storage, done.error().message()};
        co_return told(std::move(failure));
    }
    log_step(*asked, *done);
    // The writer's work may hold on to `asked` for a moment longer.
    auto const bytes = bytes_in(*asked);
    worker_.dispose(bytes, std::make_shared<sync::StoreEffect>(std::move(*asked)));
    co_return *std::move(done);
}

SyncDriver::Answered SyncDriver::perform(sync::Renew) {
    sync::Account::Renewal renewal = co_await account_.renew();
    if (auto* failure = std::get_if<sync::Failure>(&renewal)) co_return told(std::move(*failure));
    spdlog::info("sync: a new access token");
    co_return sync::Renewed{std::move(std::get<sync::TokenState>(renewal))};
}

SyncDriver::Answered SyncDriver::perform(sync::WireEffect effect) {
    sync::Event event = co_await ask(effect);
    if (std::holds_alternative<sync::Fetch>(effect))
        looked_(std::holds_alternative<sync::Fetched>(event));
    co_return event;
}

SyncDriver::Answered SyncDriver::ask(sync::WireEffect const& effect) {
    Asked asked = co_await call(effect);
    if (auto* failure = std::get_if<sync::Failure>(&asked.outcome)) {
        failure->token = asked.generation;
        co_return told(std::move(*failure));
    }
    auto const& answer = std::get<sync::Answer>(asked.outcome);
    auto read = [&effect, &answer] { return sync::event_for(effect, answer); };
    sync::Event event = co_await worker_.run(answer.body.size(), std::move(read));
    if (auto* fetched = std::get_if<sync::Fetched>(&event)) {
        if (auto late = refuse_after_logout()) co_return told(*std::move(late));
        fetched->owner = asked.owner;
    }
    auto* refused = std::get_if<sync::Failed>(&event);
    if (refused == nullptr) {
        account_.has_served(asked.generation);
        co_return event;
    }
    if (refused->failure.fault == sync::Fault::forbidden && account_.is_unproven(asked.generation))
        refused->failure.message.insert(0, is_incomplete);
    // Whoever answered in the service's place is at the other end of the connection.
    if (refused->failure.fault == sync::Fault::impostor) way_.remote().disconnect();
    refused->failure.token = asked.generation;
    co_return told(std::move(refused->failure));
}

/// Asks with the token that counts now, unless it is no longer one of those for whom the effect is.
asio::awaitable<SyncDriver::Asked> SyncDriver::call(sync::WireEffect const& effect) {
    Asked asked;
    auto token = account_.current();
    if (!token) {
        asked.outcome = sync::without_token(token.error());
        co_return asked;
    }
    asked.generation = token->generation;
    asked.owner = owner_of(std::move(token->names));
    if (auto stranger = sync::refuse_stranger(effect, asked.owner)) {
        asked.outcome = *std::move(stranger);
        co_return asked;
    }
    sync::Request request = sync::request_for(effect);
    // A server may quote what it was sent, and what it says goes into log, status and store.
    Secrets secrets{token->text, account_.refresh_token()};
    auto outcome = co_await way_.remote().call(std::move(request), std::move(token->text));
    if (auto* answer = std::get_if<sync::Answer>(&outcome)) answer->secrets = std::move(secrets);
    note_skew(outcome);
    asked.outcome = std::move(outcome);
    co_return asked;
}

/// Why a document is not taken over: nobody is logged in any more. Another account's token is told
/// apart later, by what the store belongs to.
std::optional<sync::Failure> SyncDriver::refuse_after_logout() {
    auto const token = account_.current();
    if (token) return std::nullopt;
    return sync::without_token(token.error());
}

Owner SyncDriver::owner_of(Owner::Names names) {
    return {way_.remote().origin(), std::move(names)};
}

void SyncDriver::note_skew(sync::Remote::Outcome const& outcome) {
    using namespace std::chrono;
    auto const* answer = std::get_if<sync::Answer>(&outcome);
    if (answer == nullptr) return;
    if (auto const theirs = sync::http_date(answer->date))
        clock_skew_ = *theirs - duration_cast<seconds>(system_clock::now().time_since_epoch());
}

}  // namespace settings::daemon
