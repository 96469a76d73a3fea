#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/connection.h"
#include "settings/decisions.h"
#include "settings/result.h"
#include "settings/status.h"

namespace settings::client {

/// Where the daemon listens: $SETTINGSD_SOCKET, else settingsd/socket in $XDG_RUNTIME_DIR or, when
/// that is not set, in /run/user/<uid>.
[[nodiscard]] std::string default_socket();

/// What became of a request to sync now.
struct SyncOutcome {
    bool synced;  ///< the server has accepted every edit
    Revision revision;
    std::string reason;  ///< when not synced: what stands in the way
};

/// The user's settings, as the daemon on this machine holds them.
///
/// Calls block: connecting takes `timeout` at most, and so does each exchange. One connection is
/// kept open between calls. For one thread at a time; threads that talk at once use a Client each.
///
/// Every call may fail with unreachable and protocol, and with refused when the daemon or this
/// library does not accept the arguments. After a write that failed with unreachable or protocol
/// it is unknown whether the edit was made; to ask again with the same arguments is safe, except
/// that with `only_if` the first attempt, if it was made, makes the second one stale.
///
///     settings::Client settings;
///     if (auto theme = settings.get("theme"); theme) use(*theme);
///     auto saved = settings.patch({{"theme", "light"}});   // a value means: durable
class Client {
  public:
    struct Options {
        std::chrono::milliseconds timeout{5'000};
    };

    /// Connects when first asked. Never fails.
    explicit Client(std::string socket_path = default_socket())
        : Client{std::move(socket_path), Options{}} {}
    Client(std::string socket_path, Options options);

    /// All settings, as one object.
    [[nodiscard]] Result<Json> document();

    /// One setting by its dotted path. Errors: not_found.
    [[nodiscard]] Result<Json> get(std::string_view path);

    /// Merges an object into the settings, in one step. Returns the revision that has it on disk.
    ///
    /// With `only_if`, changes nothing unless that is still the revision. Errors: stale.
    [[nodiscard]] Result<Revision> patch(Json const& partial,
                                         std::optional<Revision> only_if = std::nullopt);

    /// Replaces all settings by an object; otherwise as patch().
    [[nodiscard]] Result<Revision> replace(Json const& settings,
                                           std::optional<Revision> only_if = std::nullopt);

    /// Removes settings by their dotted paths, in one step; otherwise as patch().
    [[nodiscard]] Result<Revision> erase(std::vector<std::string> const& paths,
                                         std::optional<Revision> only_if = std::nullopt);

    /// How the sync with the server stands.
    [[nodiscard]] Result<Status> status();

    /// Asks for a sync now, and for up to `wait` waits until the server has everything.
    [[nodiscard]] Result<SyncOutcome> sync(std::chrono::milliseconds wait = {});

    /// Where one setting stands by its dotted path, and what it waits for.
    [[nodiscard]] Result<Explanation> explain(std::string_view path);

    /// Keeps edits on this machine until resume(), also across restarts of the daemon.
    [[nodiscard]] Result<void> pause();
    [[nodiscard]] Result<void> resume();

    /// What was changed here and elsewhere, newest first.
    [[nodiscard]] Result<std::vector<Conflict>> conflicts();

    /// Puts the value back that was not kept, as an edit. Errors: not_found.
    [[nodiscard]] Result<Revision> restore_conflict(std::int64_t id);

    /// Forgets that value. Errors: not_found.
    [[nodiscard]] Result<void> discard_conflict(std::int64_t id);

    /// Settings that the server refused.
    [[nodiscard]] Result<std::vector<Status::Rejected>> rejected();

    /// Has one of them, or all, tried again now. Returns how many. Errors: not_found.
    [[nodiscard]] Result<std::uint64_t> retry_rejected(
        std::optional<std::string_view> key = std::nullopt);

    /// Gives a refused value up for the one that the server has. Errors: not_found.
    [[nodiscard]] Result<void> discard_rejected(std::string_view key);

    /// The document of the server that is held for a decision, if there is one.
    [[nodiscard]] Result<std::optional<Status::Review>> review();

    /// Decides on it; carried out with the next look at the server. Errors: refused when none is
    /// held.
    [[nodiscard]] Result<void> decide(Verdict verdict);

    /// Has the daemon log in with the service and keep what it gives; waits for the server's word.
    /// Errors: refused says what is wrong with e-mail address or password, or with the server.
    [[nodiscard]] Result<void> log_in(std::string_view email, std::string_view password);

    /// Gives the daemon a pair of tokens to keep; without a refresh token it cannot renew it.
    [[nodiscard]] Result<void> adopt_tokens(std::string_view access, std::string_view refresh = {});

    /// Has the daemon forget what a login left, and tell the server so if it can.
    [[nodiscard]] Result<void> log_out();

  private:
    [[nodiscard]] Result<Json> ask(Request const& request, std::chrono::milliseconds extra = {});
    [[nodiscard]] Result<Json> order(char const* target, Json const& body);
    [[nodiscard]] Result<void> put_credentials(Json const& body);
    [[nodiscard]] Result<Revision> write(std::string_view method, Json const& body,
                                         std::optional<Revision> only_if);

    Options options_;
    Connection connection_;
};

}  // namespace settings::client

namespace settings {
using client::Client;
}
