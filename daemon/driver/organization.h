#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/driver/organization_copy.h"
#include "daemon/host/daemon_clock.h"
#include "loop/single_flight.h"
#include "store/writer.h"
#include "sync/account/account.h"
#include "sync/engine/budget.h"
#include "sync/engine/schedule.h"
#include "sync/remote/https_remote.h"

namespace settings::daemon {

/// The settings of the organization that the account is in: a copy of what the service has, kept
/// once an app has asked for it, and a way through for who may write there.
///
/// Stands beside the sync and not in it. The service acts on these settings itself, and they are
/// not the user's: nothing is merged, nothing waits to be sent, and what is sent is sent once. The
/// copy is its owner's alone. Each request has a connection of its own. For the loop's thread.
class Organization {
  public:
    using Outcome = sync::Remote::Outcome;

    /// `server` makes no calls itself. `stored` is what a former process had the store remember.
    Organization(boost::asio::any_io_executor executor, sync::Account& account,
                 store::Writer& writer, DaemonClock clock,
                 std::unique_ptr<sync::HttpsRemote> server, sync::Options const& options,
                 std::string const& stored);

    /// Has a copy(), for an app. Asks the service if there is none, once for all who wait. When
    /// that gives nothing to keep, returns what came of it, as write() does.
    [[nodiscard]] boost::asio::awaitable<std::optional<Outcome>> read();

    /// Never another account's.
    [[nodiscard]] std::optional<OrganizationCopy> const& copy();
    [[nodiscard]] std::chrono::seconds age() const;
    /// Whether the last attempt to confirm the copy failed, none was made since the start, or a
    /// look is overdue.
    [[nodiscard]] bool is_stale() const;

    /// Whether the call was not known there, and it is too soon to ask again (is_to_be_asked()):
    /// then nothing is sent.
    [[nodiscard]] bool is_unknown_there();

    /// Sends an app's write, and once more after a token that was refused is renewed. Where the
    /// service has accepted it, the copy was fetched anew when this returns. An answer is the
    /// service's, or a gateway's refusal. Failures besides those of HttpsRemote: impostor with a
    /// status, after an answer that is neither; and some which mean that nothing was sent,
    /// unauthorized and storage without a token, server_error when apps have asked for too much.
    [[nodiscard]] boost::asio::awaitable<Outcome> write(sync::Request request);

    /// The sync has looked at the account's document. A copy is refreshed with it.
    void looked(bool succeeded);

    /// The account was logged out: removes the copy, here and in the store.
    [[nodiscard]] boost::asio::awaitable<void> forget();

    /// Hears of each change of the settings that a look shows.
    void on_change(std::function<void(OrganizationChange const&)> told) { told_ = std::move(told); }

    /// Takes effect with the next request.
    void configure(std::unique_ptr<sync::HttpsRemote> server, sync::Options const& options);

  private:
    /// What came of a request, and whose token it was sent with.
    struct Asked {
        Outcome outcome;
        Owner owner;
        std::uint64_t generation = 0;  ///< generation of that token; 0 when there was none
    };
    using Fetched = std::optional<Outcome>;  ///< nothing when there is a copy of it

    [[nodiscard]] boost::asio::awaitable<Asked> call(sync::Request request);
    [[nodiscard]] boost::asio::awaitable<Asked> call_once(sync::Request request);
    [[nodiscard]] bool is_in_doubt() const { return taken_ < doubted_; }
    [[nodiscard]] std::optional<sync::Failure> refuse_hurry();
    [[nodiscard]] boost::asio::awaitable<Fetched> fetch_for_app();
    [[nodiscard]] boost::asio::awaitable<Fetched> fetch();
    [[nodiscard]] Fetched take(std::uint64_t number, Asked asked);
    void place(OrganizationCopy fresh);
    void drop_strangers_copy();
    void drop();
    void save();
    [[nodiscard]] Owner owner_now();
    [[nodiscard]] Instant now() const;

    boost::asio::any_io_executor executor_;
    sync::Account& account_;
    store::Writer& writer_;
    DaemonClock clock_;
    std::unique_ptr<sync::HttpsRemote> server_;
    Time look_every_;
    sync::Budget budget_;  ///< for the requests that apps cause; the sync bounds its own looks
    std::optional<OrganizationCopy> copy_;
    bool is_confirmed_ = false;
    std::uint64_t begun_ = 0;    ///< number of the last fetch that began
    std::uint64_t taken_ = 0;    ///< answers of fetches up to this one come too late
    std::uint64_t doubted_ = 0;  ///< those up to this one may be from before the last write
    /// Until then apps get the copy, stale, without a wait for a service that did not answer.
    Time doubt_rests_until_{};
    loop::SingleFlight<Fetched> fetching_;
    std::function<void(OrganizationChange const&)> told_ = [](OrganizationChange const&) {};
};

}  // namespace settings::daemon
