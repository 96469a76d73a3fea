#include "daemon/driver/organization.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <utility>
#include <variant>

#include "daemon/driver/await_writer.h"
#include "store/wall_clock.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

constexpr char const* target = "/settings/organization";

/// A larger copy is kept in memory alone.
constexpr std::size_t most_stored_bytes = 1'048'576;

using Kind = OrganizationCopy::Kind;

bool is_refused(sync::Remote::Outcome const& outcome) {
    auto const* answer = std::get_if<sync::Answer>(&outcome);
    return answer != nullptr && answer->status == 401 && !sync::failure_of(*answer).by_gateway;
}

/// An answer that only looks like a yes is none of the service's.
void unmask(sync::Remote::Outcome& outcome) {
    auto const* answer = std::get_if<sync::Answer>(&outcome);
    if (answer == nullptr || answer->status >= 400) return;
    if (auto impostor = sync::read_acceptance(*answer)) outcome = *std::move(impostor);
}

bool is_accepted(sync::Remote::Outcome const& outcome) {
    auto const* answer = std::get_if<sync::Answer>(&outcome);
    return answer != nullptr && answer->status < 400;
}

/// Whether the service may have carried a write out, so that a copy from before it is none any
/// more.
bool may_have_arrived(sync::Remote::Outcome const& outcome) {
    if (auto const* failure = std::get_if<sync::Failure>(&outcome))
        return failure->fault == sync::Fault::unknown_outcome ||
               failure->fault == sync::Fault::impostor;
    auto const& answer = std::get<sync::Answer>(outcome);
    bool const is_no = answer.status >= 400 && answer.status <= 499;
    return !is_no || sync::failure_of(answer).by_gateway;
}

std::string reason_of(sync::Remote::Outcome const& outcome) {
    if (auto const* failure = std::get_if<sync::Failure>(&outcome)) return failure->message;
    return sync::failure_of(std::get<sync::Answer>(outcome)).message;
}

/// Of a refresh that no app waits for.
void tell_of(std::optional<sync::Remote::Outcome> const& fetched) {
    if (fetched)
        spdlog::warn("the organization's settings could not be read again: {}",
                     reason_of(*fetched));
}

/// The store forgets the copy. A free function, so that no coroutine has a lambda in it.
auto forgetting() {
    return [](store::Ledger& ledger) -> Result<void> {
        ledger.organization().forget();
        return {};
    };
}

void tell_of_store(Result<void> const& done) {
    if (!done)
        spdlog::warn("what is known of the organization's settings could not be stored: {}",
                     done.error().message());
}

}  // namespace

Organization::Organization(asio::any_io_executor executor, sync::Account& account,
                           store::Writer& writer, DaemonClock clock,
                           std::unique_ptr<sync::HttpsRemote> server, sync::Options const& options,
                           std::string const& stored)
    : executor_{std::move(executor)},
      account_{account},
      writer_{writer},
      clock_{std::move(clock)},
      server_{std::move(server)},
      look_every_{options.look_every},
      budget_{options.budget_interval, {}, clock_.now()},
      copy_{copy_from(stored)},
      fetching_{executor_} {}

void Organization::configure(std::unique_ptr<sync::HttpsRemote> server,
                             sync::Options const& options) {
    server_ = std::move(server);
    look_every_ = options.look_every;
    budget_.configure(options.budget_interval);
}

Instant Organization::now() const { return {clock_.now(), store::unix_milliseconds()}; }

std::optional<OrganizationCopy> const& Organization::copy() {
    drop_strangers_copy();
    return copy_;
}

std::chrono::seconds Organization::age() const { return age_of(copy_->at, now()); }

/// Looks come a sixth later than their time at the most (Schedule).
bool Organization::is_stale() const {
    return !is_confirmed_ || is_in_doubt() || age() > look_every_ + look_every_ / 6;
}

bool Organization::is_unknown_there() {
    drop_strangers_copy();
    bool const is_by_service = copy_ && copy_->kind == Kind::unknown && !copy_->words.empty();
    return is_by_service && !is_to_be_asked(copy_, now());
}

asio::awaitable<std::optional<Organization::Outcome>> Organization::read() {
    drop_strangers_copy();
    bool const is_due = is_to_be_asked(copy_, now());
    bool const is_to_be_cleared = is_in_doubt() && clock_.now() >= doubt_rests_until_;
    if (!is_due && !is_to_be_cleared) co_return std::nullopt;
    if (is_to_be_cleared) doubt_rests_until_ = clock_.now() + std::chrono::minutes{1};
    Fetched fetched = co_await fetching_.run(fetch_for_app());
    drop_strangers_copy();
    if (copy_) co_return std::nullopt;
    sync::Failure const another{sync::Fault::stranger,
                                "another account came while the service was asked; ask again"};
    co_return fetched.value_or(Outcome{another});
}

asio::awaitable<Organization::Outcome> Organization::write(sync::Request request) {
    if (auto refusal = refuse_hurry()) co_return *std::move(refusal);
    request.target = target;
    Asked asked = co_await call(std::move(request));
    unmask(asked.outcome);
    if (may_have_arrived(asked.outcome)) {
        doubted_ = ++begun_;
        doubt_rests_until_ = {};
    }
    if (is_accepted(asked.outcome)) {
        account_.has_served(asked.generation);
        // Not by a flight that may be under way: that may have been answered before the write.
        Fetched const fetched = co_await fetch();
        tell_of(fetched);
    }
    auto const* answer = std::get_if<sync::Answer>(&asked.outcome);
    if (answer != nullptr && sync::lacks_call(*answer)) static_cast<void>(take(++begun_, asked));
    co_return std::move(asked.outcome);
}

void Organization::looked(bool succeeded) {
    drop_strangers_copy();
    if (!copy_ || copy_->kind == Kind::unknown) return;
    if (!succeeded) {
        is_confirmed_ = false;
        return;
    }
    asio::co_spawn(executor_, fetching_.run(fetch()),
                   [](std::exception_ptr const& cause, Fetched const& fetched) {
                       if (cause) std::rethrow_exception(cause);
                       tell_of(fetched);
                   });
}

asio::awaitable<void> Organization::forget() {
    copy_.reset();
    taken_ = begun_;
    auto work = forgetting();
    Result<void> const forgotten =
        co_await async_write(writer_, std::move(work), asio::use_awaitable);
    tell_of_store(forgotten);
}

// Requests --------------------------------------------------------------------------------------

/// A token that has expired since the last look is nothing that an app has to know of.
asio::awaitable<Organization::Asked> Organization::call(sync::Request request) {
    auto again = request;
    Asked asked = co_await call_once(std::move(request));
    if (!is_refused(asked.outcome) || !account_.state().renewable) co_return asked;
    sync::Account::Renewal const renewed = co_await account_.renew();
    bool const is_renewed = std::holds_alternative<sync::TokenState>(renewed);
    // What one account's app wants is not for another's organization.
    if (!is_renewed || contradicts(asked.owner, owner_now())) co_return asked;
    co_return co_await call_once(std::move(again));
}

asio::awaitable<Organization::Asked> Organization::call_once(sync::Request request) {
    Asked asked;
    auto token = account_.current();
    if (!token) {
        asked.outcome = sync::without_token(token.error());
        co_return asked;
    }
    asked.owner = Owner{server_->origin(), std::move(token->names)};
    asked.generation = token->generation;
    // A server may quote what it was sent.
    Secrets secrets{token->text, account_.refresh_token()};
    auto const remote = server_->sibling();
    Outcome outcome = co_await remote->call(std::move(request), std::move(token->text));
    if (auto* answer = std::get_if<sync::Answer>(&outcome)) answer->secrets = std::move(secrets);
    asked.outcome = std::move(outcome);
    co_return asked;
}

/// What keeps an app that asks without end from the service.
std::optional<sync::Failure> Organization::refuse_hurry() {
    auto const now = clock_.now();
    if (budget_.spend(1, now)) return std::nullopt;
    auto const wait = std::chrono::ceil<std::chrono::seconds>(budget_.wait_for(1, now)).count();
    return sync::Failure{
        sync::Fault::server_error,
        "apps have asked for the organization's settings too often; try again in " +
            std::to_string(wait) + " s"};
}

asio::awaitable<Organization::Fetched> Organization::fetch_for_app() {
    if (auto refusal = refuse_hurry()) co_return *std::move(refusal);
    co_return co_await fetch();
}

asio::awaitable<Organization::Fetched> Organization::fetch() {
    auto const number = ++begun_;
    sync::Request request{"GET", target, {}};
    Asked asked = co_await call(std::move(request));
    co_return take(number, std::move(asked));
}

// The copy --------------------------------------------------------------------------------------

/// Of two answers that of the request which began later counts, whichever comes first.
Organization::Fetched Organization::take(std::uint64_t number, Asked asked) {
    bool const is_late = number <= taken_;
    auto const* answer = std::get_if<sync::Answer>(&asked.outcome);
    std::optional<OrganizationCopy> fresh;
    if (answer != nullptr) {
        auto read = copy_in(*answer, asked.owner, now());
        if (auto* copy = std::get_if<OrganizationCopy>(&read))
            fresh = std::move(*copy);
        else if (answer->status < 400)
            asked.outcome = std::move(std::get<sync::Failure>(read));
    }
    if (fresh && fresh->kind == Kind::settings) account_.has_served(asked.generation);
    bool const is_news = fresh && may_replace(copy_, *fresh);
    if (!is_late && !is_news) is_confirmed_ = false;
    if (!is_news) return std::move(asked.outcome);
    if (is_late) return std::nullopt;
    taken_ = number;
    place(*std::move(fresh));
    return std::nullopt;
}

void Organization::place(OrganizationCopy fresh) {
    std::optional<OrganizationChange> change;
    if (copy_) change = hand_on(*copy_, fresh);
    copy_ = std::move(fresh);
    is_confirmed_ = true;
    save();
    if (change) told_(*change);
}

Owner Organization::owner_now() {
    auto token = account_.current();
    return {server_->origin(), token ? std::move(token->names) : Owner::Names{}};
}

/// Nobody is shown what another account was.
void Organization::drop_strangers_copy() {
    if (copy_ && contradicts(copy_->owner, owner_now())) drop();
}

void Organization::drop() {
    copy_.reset();
    taken_ = begun_;
    writer_.submit(forgetting(), tell_of_store);
}

/// A copy that is too large is not stored, and so no older one may be there for the next process.
void Organization::save() {
    auto text = text_of(*copy_);
    if (text.size() > most_stored_bytes) {
        writer_.submit(forgetting(), tell_of_store);
        return;
    }
    auto const bytes = text.size();
    writer_.submit(
        [text = std::move(text)](store::Ledger& ledger) -> Result<void> {
            ledger.organization().remember(text);
            return {};
        },
        tell_of_store, bytes);
}

}  // namespace settings::daemon
