#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "settings/arguments.h"
#include "settings/configuration.h"
#include "settings/decisions.h"
#include "settings/edit.h"
#include "settings/editing.h"
#include "settings/history.h"
#include "settings/options.h"
#include "settings/organization.h"
#include "settings/result.h"
#include "settings/status.h"
#include "settings/undo.h"
#include "settings/walk.h"
#include "settings/watch.h"

namespace settings::client {

class Connection;
class MappedSettings;
template <class T>
struct Call;

/// The user's settings, as the daemon on this machine holds them.
///
/// Calls block: connecting takes `timeout` at most, and so does each exchange. One connection is
/// kept open between calls, and opened anew after the daemon restarted. For one thread at a time;
/// threads that talk at once use a Client each.
///
/// Every call may fail with unreachable, protocol and busy, a write with unknown as well, with
/// storage when the daemon's disk fails, and with refused when the daemon or this library does not
/// accept the arguments. Unreachable means that nothing was changed. After a write that failed with
/// unknown or protocol, or with storage and status 500, nobody knows whether the edit was made; to
/// ask again with the same arguments is safe, except that with `only_if` the first attempt, if it
/// was made, makes the second one stale.
///
///     settings::Client settings;
///     bool const email = settings.get<bool>("notifications.email", true);
///     auto saved = settings.set("theme", "light");   // a value means: durable
class Client {
  public:
    using Options = client::Options;

    /// Connects when first asked. Never fails.
    explicit Client(std::string socket_path = default_socket());
    explicit Client(Options options);
    Client(std::string socket_path, Options options);
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    /// All settings, as one object.
    [[nodiscard]] Result<Json> document();

    /// All settings, and what names this state of them.
    [[nodiscard]] Result<Snapshot> snapshot();

    /// One setting by its dotted path: from the file that the daemon publishes (mapped_settings.h),
    /// once that shows all that was written through this, else over the socket. Errors: not_found.
    [[nodiscard]] Result<Json> get(std::string_view path);

    /// One setting as a T, see value_as(). Errors: not_found, wrong_type.
    template <class T>
    [[nodiscard]] Result<T> get(std::string_view path) {
        return typed<T>(path, get(path));
    }

    /// One setting, or `fallback` when it is absent, is no T, or cannot be had: an app always comes
    /// up. Never fails.
    template <class T>
    [[nodiscard]] T get(std::string_view path, std::type_identity_t<T> fallback) {
        auto value = get<T>(path);
        return value ? std::move(*value) : std::move(fallback);
    }

    /// Gives one setting a value, where get() finds it; an object is merged into the one that is
    /// there. A path that names none yet leads one object down with each dot; a name with a dot is
    /// written as a JSON pointer: /editor.fontSize. Errors: conflict, when the path leads through a
    /// list or a plain value.
    template <JsonLike T>
    [[nodiscard]] Result<Revision> set(std::string_view path, T const& value) {
        return set_to(path, Json(value));
    }
    [[nodiscard]] Result<Revision> set(std::string_view path, Object const& value) {
        return set_to(path, value.json());
    }
    [[nodiscard]] Result<Revision> set(std::string_view path, List const& value) {
        return set_to(path, value.json());
    }

    /// Gives several settings values and removes others, as set() and erase() do, in one step. Each
    /// path sees what those before it did. Errors: those of set(), and stale.
    [[nodiscard]] Result<Receipt> assign(std::vector<Assignment> const& assignments,
                                         WriteOptions const& options = WriteOptions{});

    /// In one step: merges an object into the settings, replaces all of them, or removes some by
    /// their dotted paths. Returns the revision that has it on disk.
    ///
    /// With `only_if`, changes nothing unless the settings are still in that state. Errors: stale.
    [[nodiscard]] Result<Revision> patch(Object const& partial,
                                         std::optional<Tag> only_if = std::nullopt);
    [[nodiscard]] Result<Revision> replace(Object const& settings,
                                           std::optional<Tag> only_if = std::nullopt);
    [[nodiscard]] Result<Revision> erase(Paths const& paths,
                                         std::optional<Tag> only_if = std::nullopt);

    /// The same, with a receipt: may wait until the server has the edit, too.
    [[nodiscard]] Result<Receipt> patch(Object const& partial, WriteOptions const& options);
    [[nodiscard]] Result<Receipt> replace(Object const& settings, WriteOptions const& options);
    [[nodiscard]] Result<Receipt> erase(Paths const& paths, WriteOptions const& options);

    /// Changes anything in one step that nobody comes between: hands the settings to `change`, and
    /// writes what it made of them, unless another app was faster; then it begins again, and
    /// `change` runs once more, after a moment, so that each app has its turn. What `change` throws
    /// passes through, and nothing is written. Returns nothing in place of a revision when there is
    /// nothing to change. Errors: stale when others were faster 100 times.
    ///
    ///     settings.edit([](auto& all) { all["count"] = all.value("count", 0) + 1; });
    [[nodiscard]] Result<std::optional<Revision>> edit(std::function<void(Json& settings)> change) {
        return edit_document(always(std::move(change)));
    }

    /// The same for one setting, where get() finds it and set() would put it: hands `change` its
    /// value, or `fallback` when it is absent, and writes what becomes of that. Edits of other
    /// settings meanwhile do not make it begin again. Errors: wrong_type, when it is there and no
    /// T, see value_as(); conflict as for set(). Nothing is written then.
    ///
    ///     settings.edit<int>("count", 0, [](int& count) { ++count; });
    template <class T, std::invocable<T&> Change>
    [[nodiscard]] Result<std::optional<Revision>> edit(std::string_view path,
                                                       std::type_identity_t<T> fallback,
                                                       Change change) {
        return edit_value(path, typed_change<T>(path, std::move(fallback), std::move(change)));
    }

    /// The same whatever its type is: nothing stands for absent, before and after.
    [[nodiscard]] Result<std::optional<Revision>> edit(
        std::string_view path, std::function<void(std::optional<Json>& value)> change) {
        return edit_value(path, always(std::move(change)));
    }

    /// The settings of the organization that the account is in: the daemon's copy, which the first
    /// who asks has it fetch from the service. Errors: not_found, when there are none for the
    /// account, or the service knows nothing of organizations; busy, when there is no copy and the
    /// service cannot be asked; refused in the service's own words.
    [[nodiscard]] Result<OrganizationSettings> organization();

    /// Writes there, for who may: as patch(), replace() and erase(), but sent on to the service at
    /// once, and never kept for later. A value means that the service has accepted it. Errors:
    /// those of the service; busy, when nothing was sent; unknown, when it may have arrived or not.
    [[nodiscard]] Result<void> patch_organization(Object const& partial);
    [[nodiscard]] Result<void> replace_organization(Object const& settings);
    [[nodiscard]] Result<void> erase_organization(Paths const& paths);

    /// Follows the changes of a setting, or of all for an empty path, see Watch: those after
    /// `since`, else all from now on. To miss none, take a snapshot() and watch from its tag; "0"
    /// is the beginning.
    [[nodiscard]] Watch watch(std::string_view path = {},
                              std::optional<Tag> since = std::nullopt) const;

    /// What was changed, when, and by whom.
    [[nodiscard]] Result<History> journal(JournalQuery const& query = JournalQuery{});

    /// Puts old values back, as one edit. Errors: not_found when there is nothing to undo or the
    /// journal does not reach back so far, conflict when a value was changed again since and the
    /// order does not force it.
    [[nodiscard]] Result<Undone> undo(UndoOrder const& order = UndoOrder{});

    /// How the sync with the server stands.
    [[nodiscard]] Result<Status> status();

    /// How the settings here differ from the account's, by the last look at the server.
    [[nodiscard]] Result<Difference> difference();

    /// What the daemon is configured to do, and which file says it.
    [[nodiscard]] Result<Configuration> configuration();

    /// Asks for a sync now, and for up to `wait` waits until the server has everything.
    [[nodiscard]] Result<SyncOutcome> sync(std::chrono::milliseconds wait = {});

    /// Has the daemon go the way to the server once, from name lookup to the service's answer, and
    /// tell where it ends. May take a minute where a network swallows what is sent.
    [[nodiscard]] Result<Walk> walk();

    /// Where one setting stands by its dotted path, and what it waits for.
    [[nodiscard]] Result<Explanation> explain(std::string_view path);

    /// Keeps edits on this machine until resume(), also across restarts of the daemon.
    [[nodiscard]] Result<void> pause();
    [[nodiscard]] Result<void> resume();

    /// Forgets Status::notice, which somebody has read.
    [[nodiscard]] Result<void> dismiss_notice();

    /// What was changed here and elsewhere, newest first; and of one such conflict, puts the value
    /// back that was not kept, as an edit, or forgets it. Errors: not_found.
    [[nodiscard]] Result<std::vector<Conflict>> conflicts();
    [[nodiscard]] Result<Revision> restore_conflict(std::int64_t id);
    [[nodiscard]] Result<void> discard_conflict(std::int64_t id);

    /// Settings that the server refused; has one of them, or all, tried again now, and returns how
    /// many; gives a refused value up for the one that the server has. Errors: not_found.
    [[nodiscard]] Result<std::vector<Status::Rejected>> rejected();
    [[nodiscard]] Result<std::uint64_t> retry_rejected(
        std::optional<std::string_view> key = std::nullopt);
    [[nodiscard]] Result<void> discard_rejected(std::string_view key);

    /// The document of the server that is held for a decision, if there is one; and decides on it,
    /// which is carried out with the next look at the server, and about single settings at once.
    /// Errors: conflict when none is held; of a Decision also not_found for a setting that is not
    /// part of it, refused for a path inside one, and stale where another document is held by now.
    [[nodiscard]] Result<std::optional<Status::Review>> review();
    [[nodiscard]] Result<void> decide(Verdict verdict);
    [[nodiscard]] Result<void> decide(Decision const& decision);

    /// Has the daemon log in with the service and keep what it gives; waits for the server's word.
    /// Errors: refused says what is wrong with e-mail address or password, or with the server;
    /// incomplete asks for a second factor, see Error::second_factor(), and show_code() goes on.
    ///
    /// `first` is what to do if the account's document has no past in common with the one here.
    /// Without it a first account is merged as by First::merge, and another one than before is
    /// held until decide().
    [[nodiscard]] Result<void> log_in(std::string_view email, std::string_view password,
                                      std::optional<First> first = std::nullopt);

    /// Gives the daemon a pair of tokens to keep; without a refresh token it cannot renew it.
    /// `first` as for log_in(). `provider` is by whom the login was, which tells where it is
    /// renewed: "LOCAL", as without it, "GOOGLE", "GITHUB", "MICROSOFT" or "WEB3_STELLAR".
    [[nodiscard]] Result<void> adopt_tokens(std::string_view access, std::string_view refresh = {},
                                            std::optional<First> first = std::nullopt,
                                            std::string_view provider = {});

    /// Finishes a login that is incomplete, by the code of an authenticator, or by the token of a
    /// link that mail_link() has had mailed. A code is sent once. Errors: incomplete, when it is
    /// wrong or the account is locked; conflict, when no login waits for it (any more).
    [[nodiscard]] Result<void> show_code(std::string_view code);
    [[nodiscard]] Result<void> show_link(std::string_view token);
    [[nodiscard]] Result<void> mail_link();

    /// Has the daemon forget what a login left, and tell the server so if it can.
    [[nodiscard]] Result<void> log_out();

  private:
    [[nodiscard]] Result<Revision> set_to(std::string_view path, Json const& value);
    [[nodiscard]] Result<std::optional<Revision>> edit_document(DocumentChange const& change);

    [[nodiscard]] Result<std::optional<Revision>> edit_value(std::string_view path,
                                                             ValueChange const& change);
    template <class Seen, class WriteFor>
    [[nodiscard]] Result<std::optional<Revision>> compare_and_set(Call<Seen> const& look,
                                                                  WriteFor const& write_for);

    template <class T>
    [[nodiscard]] Result<T> run(Call<T> const& call);

    std::unique_ptr<MappedSettings> map_;
    bool is_edit_unknown_ = false;  ///< the daemon has answered nothing since; only it can tell
    std::unique_ptr<Connection> connection_;
};

}  // namespace settings::client

namespace settings {
using client::Client;
}
