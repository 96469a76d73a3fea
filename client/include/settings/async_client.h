#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "settings/arguments.h"
#include "settings/async_watch.h"
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

namespace settings::client {

class AsyncConnection;
template <class T>
struct Call;

/// Whether a temporary T does no harm in a co_await expression. Of an aggregate there, and of a
/// lambda, g++ 12 destroys the members twice.
template <class T>
concept SafeTemporary = std::is_trivially_destructible_v<T> ||
    (std::is_class_v<T> && !std::is_aggregate_v<T>);

template <class T>
concept UnsafeTemporary = !SafeTemporary<T>;

/// A function that changes a Value, and has a name or nothing to destroy.
template <class F, class Value>
concept NamedChange = requires(std::remove_cvref_t<F>& change, Value& value) {
    change(value);
    requires std::is_lvalue_reference_v<F> || std::is_trivially_destructible_v<F>;
};

/// What Client is, for programs that must not block: the same calls, as coroutines.
///
/// All on one executor, which runs one handler at a time (one thread, or a strand). Any number of
/// coroutines may call at once: what they ask goes out over one connection, one after the other in
/// the order in which they were awaited, so that of two writes the later one lasts. A call that
/// waits for the server holds up those after it; give such calls an AsyncClient of their own. The
/// time-out of a call runs from its turn.
///
/// Arguments are read at once, and may go before the awaitable is awaited; so may the client. The
/// failures are those of Client. A call that is cancelled with Asio's means throws
/// boost::system::system_error, and it is unknown whether it was carried out.
///
///     settings::AsyncClient settings{co_await asio::this_coro::executor};
///     bool const email = co_await settings.get<bool>("notifications.email", true);
class AsyncClient {
  public:
    using Options = client::Options;
    template <class T>
    using Awaitable = boost::asio::awaitable<T>;

    /// Connects when first asked. Never fails.
    explicit AsyncClient(boost::asio::any_io_executor executor);
    AsyncClient(boost::asio::any_io_executor executor, std::string socket_path);
    AsyncClient(boost::asio::any_io_executor executor, Options options);
    AsyncClient(boost::asio::any_io_executor executor, std::string socket_path, Options options);

    [[nodiscard]] Awaitable<Result<Json>> document();
    [[nodiscard]] Awaitable<Result<Snapshot>> snapshot();
    [[nodiscard]] Awaitable<Result<Json>> get(std::string_view path);

    template <class T>
    [[nodiscard]] Awaitable<Result<T>> get(std::string_view path) {
        return typed_later<T>(std::string{path}, get(path));
    }

    template <SafeTemporary T>
    [[nodiscard]] Awaitable<T> get(std::string_view path, std::type_identity_t<T> fallback) {
        return value_or<T>(get<T>(path), std::move(fallback));
    }

    /// A fallback of any other type has to have a name, see SafeTemporary.
    template <UnsafeTemporary T>
    [[nodiscard]] Awaitable<T> get(std::string_view path, std::type_identity_t<T> const& fallback) {
        return value_or<T>(get<T>(path), fallback);
    }
    template <UnsafeTemporary T>
    Awaitable<T> get(std::string_view path, std::type_identity_t<T>&& fallback) = delete;

    template <JsonLike T>
    [[nodiscard]] Awaitable<Result<Revision>> set(std::string_view path, T const& value) {
        return set_to(path, Json(value));
    }
    [[nodiscard]] Awaitable<Result<Revision>> set(std::string_view path, Object const& value) {
        return set_to(path, value.json());
    }
    [[nodiscard]] Awaitable<Result<Revision>> set(std::string_view path, List const& value) {
        return set_to(path, value.json());
    }
    [[nodiscard]] Awaitable<Result<Receipt>> assign(std::vector<Assignment> const& assignments);
    [[nodiscard]] Awaitable<Result<Receipt>> assign(std::vector<Assignment> const& assignments,
                                                    WriteOptions const& options);
    [[nodiscard]] Awaitable<Result<Revision>> patch(Object const& partial,
                                                    std::optional<Tag> only_if = std::nullopt);
    [[nodiscard]] Awaitable<Result<Revision>> replace(Object const& settings,
                                                      std::optional<Tag> only_if = std::nullopt);
    [[nodiscard]] Awaitable<Result<Revision>> erase(Paths const& paths,
                                                    std::optional<Tag> only_if = std::nullopt);
    [[nodiscard]] Awaitable<Result<Receipt>> patch(Object const& partial,
                                                   WriteOptions const& options);
    [[nodiscard]] Awaitable<Result<Receipt>> replace(Object const& settings,
                                                     WriteOptions const& options);
    [[nodiscard]] Awaitable<Result<Receipt>> erase(Paths const& paths, WriteOptions const& options);

    /// Other calls may have their turn between its reading and its writing; if they change the
    /// settings, it begins anew as for any app that was faster.
    ///
    /// A `change` with captures that have something to destroy has to have a name:
    ///
    ///     auto const rename = [name](std::string& title) { title = name; };
    ///     co_await settings.edit<std::string>("title", "", rename);
    template <NamedChange<Json> Change>
    [[nodiscard]] Awaitable<Result<std::optional<Revision>>> edit(Change&& change) {
        return edit_document(always(std::function<void(Json&)>{change}));
    }
    template <SafeTemporary T, NamedChange<T> Change>
    [[nodiscard]] Awaitable<Result<std::optional<Revision>>> edit(std::string_view path,
                                                                  std::type_identity_t<T> fallback,
                                                                  Change&& change) {
        return edit_value(path, typed_change<T>(path, std::move(fallback), change));
    }
    template <NamedChange<std::optional<Json>> Change>
    [[nodiscard]] Awaitable<Result<std::optional<Revision>>> edit(std::string_view path,
                                                                  Change&& change) {
        return edit_value(path, always(std::function<void(std::optional<Json>&)>{change}));
    }

    [[nodiscard]] Awaitable<Result<OrganizationSettings>> organization();
    [[nodiscard]] Awaitable<Result<void>> patch_organization(Object const& partial);
    [[nodiscard]] Awaitable<Result<void>> replace_organization(Object const& settings);
    [[nodiscard]] Awaitable<Result<void>> erase_organization(Paths const& paths);

    [[nodiscard]] AsyncWatch watch(std::string_view path = {},
                                   std::optional<Tag> since = std::nullopt) const;

    [[nodiscard]] Awaitable<Result<History>> journal(JournalQuery const& query = JournalQuery{});
    [[nodiscard]] Awaitable<Result<Undone>> undo(UndoOrder const& order = UndoOrder{});

    [[nodiscard]] Awaitable<Result<Status>> status();
    [[nodiscard]] Awaitable<Result<Difference>> difference();
    [[nodiscard]] Awaitable<Result<Configuration>> configuration();
    [[nodiscard]] Awaitable<Result<SyncOutcome>> sync(std::chrono::milliseconds wait = {});
    [[nodiscard]] Awaitable<Result<Walk>> walk();
    [[nodiscard]] Awaitable<Result<Explanation>> explain(std::string_view path);
    [[nodiscard]] Awaitable<Result<void>> pause();
    [[nodiscard]] Awaitable<Result<void>> resume();
    [[nodiscard]] Awaitable<Result<void>> dismiss_notice();

    [[nodiscard]] Awaitable<Result<std::vector<Conflict>>> conflicts();
    [[nodiscard]] Awaitable<Result<Revision>> restore_conflict(std::int64_t id);
    [[nodiscard]] Awaitable<Result<void>> discard_conflict(std::int64_t id);
    [[nodiscard]] Awaitable<Result<std::vector<Status::Rejected>>> rejected();
    [[nodiscard]] Awaitable<Result<std::uint64_t>> retry_rejected(
        std::optional<std::string_view> key = std::nullopt);
    [[nodiscard]] Awaitable<Result<void>> discard_rejected(std::string_view key);
    [[nodiscard]] Awaitable<Result<std::optional<Status::Review>>> review();
    [[nodiscard]] Awaitable<Result<void>> decide(Verdict verdict);
    [[nodiscard]] Awaitable<Result<void>> decide(Decision const& decision);

    [[nodiscard]] Awaitable<Result<void>> log_in(std::string_view email, std::string_view password,
                                                 std::optional<First> first = std::nullopt);
    [[nodiscard]] Awaitable<Result<void>> adopt_tokens(std::string_view access,
                                                       std::string_view refresh = {},
                                                       std::optional<First> first = std::nullopt,
                                                       std::string_view provider = {});
    [[nodiscard]] Awaitable<Result<void>> show_code(std::string_view code);
    [[nodiscard]] Awaitable<Result<void>> show_link(std::string_view token);
    [[nodiscard]] Awaitable<Result<void>> mail_link();
    [[nodiscard]] Awaitable<Result<void>> log_out();

  private:
    [[nodiscard]] Awaitable<Result<Revision>> set_to(std::string_view path, Json const& value);
    [[nodiscard]] Awaitable<Result<std::optional<Revision>>> edit_document(DocumentChange change);
    [[nodiscard]] Awaitable<Result<std::optional<Revision>>> edit_value(std::string_view path,
                                                                        ValueChange change);

    template <class T>
    static Awaitable<Result<T>> typed_later(std::string path, Awaitable<Result<Json>> reading) {
        Result<Json> const value = co_await std::move(reading);
        co_return typed<T>(path, value);
    }

    template <class T>
    static Awaitable<T> value_or(Awaitable<Result<T>> reading, T fallback) {
        Result<T> value = co_await std::move(reading);
        if (value) co_return std::move(*value);
        co_return fallback;
    }

    std::shared_ptr<AsyncConnection> connection_;  ///< shared with the calls that are under way
};

}  // namespace settings::client

namespace settings {
using client::AsyncClient;
}
