#include "settings/async_client.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <utility>

#include "client/async_connection.h"
#include "client/async_watch_link.h"
#include "client/calls.h"
#include "client/compare_and_set.h"
#include "client/reading.h"

namespace settings::client {
namespace {

namespace asio = boost::asio;
using Connected = std::shared_ptr<AsyncConnection>;
template <class T>
using Answer = asio::awaitable<Result<T>>;

template <class T>
Answer<T> run(Connected connection, Call<T> call) {
    if (!call.request) co_return call.request.error();
    Request request = std::move(*call.request);
    auto const effect = request.effect;
    Result<Reply> reply = co_await connection->exchange(std::move(request), call.patience);
    if (!reply) co_return reply.error();
    co_return read_answer(call.read, effect, std::move(*reply));
}

/// Decides on an edit by what was seen; nothing when there is nothing to change.
template <class Seen>
using WriteFor = std::function<std::optional<Call<Revision>>(Seen const& before)>;

/// Makes the edit that `write_for` decides on by what `look` sees, if that is still so; else anew.
template <class Seen>
Answer<std::optional<Revision>> compare_and_set(Connected connection, Call<Seen> look,
                                                WriteFor<Seen> write_for) {
    asio::steady_timer timer{connection->executor()};
    for (int attempts = 1;; ++attempts) {
        auto reading = run(connection, look);
        Result<Seen> const before = co_await std::move(reading);
        if (!before) co_return before.error();
        auto write = write_for(*before);
        if (!write) co_return std::nullopt;
        auto writing = run(connection, std::move(*write));
        Result<Revision> const saved = co_await std::move(writing);
        if (saved) co_return *saved;
        if (saved.error().code() != Errc::stale) co_return saved.error();
        auto const pause = pause_after(attempts);
        if (!pause) co_return gave_up_on_edit();
        timer.expires_after(*pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

Answer<std::optional<Revision>> edit_all(Connected connection, DocumentChange change) {
    auto const write_for = [change = std::move(change)](Snapshot const& before) {
        return write_of(before, change);
    };
    return compare_and_set<Snapshot>(std::move(connection), calls::snapshot(), write_for);
}

Answer<std::optional<Revision>> edit_one(Connected connection, std::string path,
                                         ValueChange change) {
    WriteFor<calls::Seen> write_for = [path, change](calls::Seen const& before) {
        return write_of(path, before, change);
    };
    auto editing =
        compare_and_set<calls::Seen>(connection, calls::look_at(path), std::move(write_for));
    Result<std::optional<Revision>> saved = co_await std::move(editing);
    if (!is_too_large(saved)) co_return saved;
    auto editing_all = edit_all(connection, at(path, change));
    saved = co_await std::move(editing_all);
    co_return saved;
}

}  // namespace

AsyncClient::AsyncClient(asio::any_io_executor executor)
    : AsyncClient{std::move(executor), default_socket(), Options{}} {}
AsyncClient::AsyncClient(asio::any_io_executor executor, std::string socket_path)
    : AsyncClient{std::move(executor), std::move(socket_path), Options{}} {}
AsyncClient::AsyncClient(asio::any_io_executor executor, Options options)
    : AsyncClient{std::move(executor), default_socket(), std::move(options)} {}
AsyncClient::AsyncClient(asio::any_io_executor executor, std::string socket_path, Options options)
    : connection_{std::make_shared<AsyncConnection>(std::move(executor), std::move(socket_path),
                                                    std::move(options))} {}

Answer<Json> AsyncClient::document() { return run(connection_, calls::document()); }

Answer<Snapshot> AsyncClient::snapshot() { return run(connection_, calls::snapshot()); }

Answer<Json> AsyncClient::get(std::string_view path) { return run(connection_, calls::get(path)); }

Answer<Revision> AsyncClient::set_to(std::string_view path, Json const& value) {
    return run(connection_, calls::set(path, value));
}

Answer<Receipt> AsyncClient::assign(std::vector<Assignment> const& assignments) {
    return assign(assignments, WriteOptions{});
}

Answer<Receipt> AsyncClient::assign(std::vector<Assignment> const& assignments,
                                    WriteOptions const& options) {
    return run(connection_, calls::assign(assignments, options));
}

Answer<Revision> AsyncClient::patch(Object const& partial, std::optional<Tag> only_if) {
    return run(connection_, calls::patch(partial.json(), only_if));
}

Answer<Revision> AsyncClient::replace(Object const& settings, std::optional<Tag> only_if) {
    return run(connection_, calls::replace(settings.json(), only_if));
}

Answer<Revision> AsyncClient::erase(Paths const& paths, std::optional<Tag> only_if) {
    return run(connection_, calls::erase(paths.list(), only_if));
}

Answer<OrganizationSettings> AsyncClient::organization() {
    return run(connection_, calls::organization());
}

Answer<void> AsyncClient::patch_organization(Object const& partial) {
    return run(connection_, calls::patch_organization(partial.json()));
}

Answer<void> AsyncClient::replace_organization(Object const& settings) {
    return run(connection_, calls::replace_organization(settings.json()));
}

Answer<void> AsyncClient::erase_organization(Paths const& paths) {
    return run(connection_, calls::erase_organization(paths.list()));
}

Answer<Receipt> AsyncClient::patch(Object const& partial, WriteOptions const& options) {
    return run(connection_, calls::patch(partial.json(), options));
}

Answer<Receipt> AsyncClient::replace(Object const& settings, WriteOptions const& options) {
    return run(connection_, calls::replace(settings.json(), options));
}

Answer<Receipt> AsyncClient::erase(Paths const& paths, WriteOptions const& options) {
    return run(connection_, calls::erase(paths.list(), options));
}

Answer<std::optional<Revision>> AsyncClient::edit_document(DocumentChange change) {
    return edit_all(connection_, std::move(change));
}

Answer<std::optional<Revision>> AsyncClient::edit_value(std::string_view path, ValueChange change) {
    return edit_one(connection_, std::string{path}, std::move(change));
}

AsyncWatch AsyncClient::watch(std::string_view path, std::optional<Tag> since) const {
    return AsyncWatch{std::make_shared<AsyncWatch::Link>(
        connection_->executor(), connection_->socket_path(), connection_->options(),
        WatchQuery{since, std::string{path}})};
}

Answer<History> AsyncClient::journal(JournalQuery const& query) {
    return run(connection_, calls::journal(query));
}

Answer<Undone> AsyncClient::undo(UndoOrder const& order) {
    return run(connection_, calls::undo(order));
}

Answer<Status> AsyncClient::status() { return run(connection_, calls::status()); }

Answer<Difference> AsyncClient::difference() { return run(connection_, calls::difference()); }

Answer<Configuration> AsyncClient::configuration() {
    return run(connection_, calls::configuration());
}

Answer<SyncOutcome> AsyncClient::sync(std::chrono::milliseconds wait) {
    return run(connection_, calls::sync(wait));
}

Answer<Walk> AsyncClient::walk() { return run(connection_, calls::walk()); }

Answer<Explanation> AsyncClient::explain(std::string_view path) {
    return run(connection_, calls::explain(path));
}

Answer<void> AsyncClient::pause() { return run(connection_, calls::pause()); }

Answer<void> AsyncClient::resume() { return run(connection_, calls::resume()); }

Answer<void> AsyncClient::dismiss_notice() { return run(connection_, calls::dismiss_notice()); }

Answer<std::vector<Conflict>> AsyncClient::conflicts() {
    return run(connection_, calls::conflicts());
}

Answer<Revision> AsyncClient::restore_conflict(std::int64_t id) {
    return run(connection_, calls::restore_conflict(id));
}

Answer<void> AsyncClient::discard_conflict(std::int64_t id) {
    return run(connection_, calls::discard_conflict(id));
}

Answer<std::vector<Status::Rejected>> AsyncClient::rejected() {
    return run(connection_, calls::rejected());
}

Answer<std::uint64_t> AsyncClient::retry_rejected(std::optional<std::string_view> key) {
    return run(connection_, calls::retry_rejected(key));
}

Answer<void> AsyncClient::discard_rejected(std::string_view key) {
    return run(connection_, calls::discard_rejected(key));
}

Answer<std::optional<Status::Review>> AsyncClient::review() {
    return run(connection_, calls::review());
}

Answer<void> AsyncClient::decide(Verdict verdict) {
    return run(connection_, calls::decide(verdict));
}

Answer<void> AsyncClient::decide(Decision const& decision) {
    return run(connection_, calls::decide(decision));
}

Answer<void> AsyncClient::log_in(std::string_view email, std::string_view password,
                                 std::optional<First> first) {
    return run(connection_, calls::log_in(email, password, first));
}

Answer<void> AsyncClient::adopt_tokens(std::string_view access, std::string_view refresh,
                                       std::optional<First> first, std::string_view provider) {
    return run(connection_, calls::adopt_tokens(access, refresh, first, provider));
}

Answer<void> AsyncClient::show_code(std::string_view code) {
    return run(connection_, calls::show_code(code));
}

Answer<void> AsyncClient::show_link(std::string_view token) {
    return run(connection_, calls::show_link(token));
}

Answer<void> AsyncClient::mail_link() { return run(connection_, calls::mail_link()); }

Answer<void> AsyncClient::log_out() { return run(connection_, calls::log_out()); }

}  // namespace settings::client
