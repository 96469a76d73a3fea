#include "settings/client.h"

#include <thread>
#include <utility>

#include "client/answers.h"
#include "client/calls.h"
#include "client/compare_and_set.h"
#include "client/connection.h"
#include "client/reading.h"
#include "client/watch_link.h"
#include "settings/mapped_settings.h"

namespace settings::client {

Client::Client(std::string socket_path) : Client{std::move(socket_path), Options{}} {}
Client::Client(Options options) : Client{default_socket(), std::move(options)} {}
Client::Client(std::string socket_path, Options options)
    : map_{std::make_unique<MappedSettings>(socket_path)},
      connection_{std::make_unique<Connection>(std::move(socket_path), std::move(options))} {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

template <class T>
Result<T> Client::run(Call<T> const& call) {
    if (!call.request) return call.request.error();
    bool const is_edit = call.request->effect == Request::Effect::edit;
    auto reply = connection_->exchange(*call.request, call.patience);
    if (!reply) {
        if (is_edit && reply.error().code() != Errc::unreachable) is_edit_unknown_ = true;
        return reply.error();
    }
    if (is_edit) map_->demand(document_tag_of(*reply));
    auto result = read_answer(call.read, call.request->effect, std::move(*reply));
    is_edit_unknown_ = is_edit && !result && result.error().code() == Errc::unknown;
    return result;
}

Result<Json> Client::document() { return run(calls::document()); }

Result<Snapshot> Client::snapshot() { return run(calls::snapshot()); }

Result<Json> Client::get(std::string_view path) {
    bool const may_map = connection_->options().mapped_reads() && !is_edit_unknown_;
    auto found = may_map ? map_->find(path) : std::nullopt;
    if (!found) return run(calls::get(path));
    if (!found->value) return nothing_at(path);
    return *std::move(found->value);
}

Result<Revision> Client::set_to(std::string_view path, Json const& value) {
    return run(calls::set(path, value));
}

Result<Receipt> Client::assign(std::vector<Assignment> const& assignments,
                               WriteOptions const& options) {
    return run(calls::assign(assignments, options));
}

Result<Revision> Client::patch(Object const& partial, std::optional<Tag> only_if) {
    return run(calls::patch(partial.json(), only_if));
}

Result<Revision> Client::replace(Object const& settings, std::optional<Tag> only_if) {
    return run(calls::replace(settings.json(), only_if));
}

Result<Revision> Client::erase(Paths const& paths, std::optional<Tag> only_if) {
    return run(calls::erase(paths.list(), only_if));
}

Result<OrganizationSettings> Client::organization() { return run(calls::organization()); }

Result<void> Client::patch_organization(Object const& partial) {
    return run(calls::patch_organization(partial.json()));
}

Result<void> Client::replace_organization(Object const& settings) {
    return run(calls::replace_organization(settings.json()));
}

Result<void> Client::erase_organization(Paths const& paths) {
    return run(calls::erase_organization(paths.list()));
}

Result<Receipt> Client::patch(Object const& partial, WriteOptions const& options) {
    return run(calls::patch(partial.json(), options));
}

Result<Receipt> Client::replace(Object const& settings, WriteOptions const& options) {
    return run(calls::replace(settings.json(), options));
}

Result<Receipt> Client::erase(Paths const& paths, WriteOptions const& options) {
    return run(calls::erase(paths.list(), options));
}

Result<std::optional<Revision>> Client::edit_document(DocumentChange const& change) {
    return compare_and_set(calls::snapshot(),
                           [&](Snapshot const& before) { return write_of(before, change); });
}

Result<std::optional<Revision>> Client::edit_value(std::string_view path,
                                                   ValueChange const& change) {
    auto saved = compare_and_set(calls::look_at(path), [&](calls::Seen const& before) {
        return write_of(path, before, change);
    });
    return is_too_large(saved) ? edit_document(at(path, change)) : saved;
}

/// Makes the edit that `write_for` decides on by what `look` sees, if that is still so; else anew.
template <class Seen, class WriteFor>
Result<std::optional<Revision>> Client::compare_and_set(Call<Seen> const& look,
                                                        WriteFor const& write_for) {
    for (int attempts = 1;; ++attempts) {
        auto const before = run(look);
        if (!before) return before.error();
        auto const write = write_for(*before);
        if (!write) return std::nullopt;
        auto const saved = run(*write);
        if (saved) return *saved;
        if (saved.error().code() != Errc::stale) return saved.error();
        auto const pause = pause_after(attempts);
        if (!pause) return gave_up_on_edit();
        std::this_thread::sleep_for(*pause);
    }
}

Watch Client::watch(std::string_view path, std::optional<Tag> since) const {
    return Watch{std::make_unique<Watch::Link>(connection_->socket_path(), connection_->options(),
                                               WatchQuery{since, std::string{path}})};
}

Result<History> Client::journal(JournalQuery const& query) { return run(calls::journal(query)); }

Result<Undone> Client::undo(UndoOrder const& order) { return run(calls::undo(order)); }

Result<Status> Client::status() { return run(calls::status()); }

Result<Difference> Client::difference() { return run(calls::difference()); }

Result<Configuration> Client::configuration() { return run(calls::configuration()); }

Result<SyncOutcome> Client::sync(std::chrono::milliseconds wait) { return run(calls::sync(wait)); }

Result<Walk> Client::walk() { return run(calls::walk()); }

Result<Explanation> Client::explain(std::string_view path) { return run(calls::explain(path)); }

Result<void> Client::pause() { return run(calls::pause()); }

Result<void> Client::resume() { return run(calls::resume()); }

Result<void> Client::dismiss_notice() { return run(calls::dismiss_notice()); }

Result<std::vector<Conflict>> Client::conflicts() { return run(calls::conflicts()); }

Result<Revision> Client::restore_conflict(std::int64_t id) {
    return run(calls::restore_conflict(id));
}

Result<void> Client::discard_conflict(std::int64_t id) { return run(calls::discard_conflict(id)); }

Result<std::vector<Status::Rejected>> Client::rejected() { return run(calls::rejected()); }

Result<std::uint64_t> Client::retry_rejected(std::optional<std::string_view> key) {
    return run(calls::retry_rejected(key));
}

Result<void> Client::discard_rejected(std::string_view key) {
    return run(calls::discard_rejected(key));
}

Result<std::optional<Status::Review>> Client::review() { return run(calls::review()); }

Result<void> Client::decide(Verdict verdict) { return run(calls::decide(verdict)); }

Result<void> Client::decide(Decision const& decision) { return run(calls::decide(decision)); }

Result<void> Client::log_in(std::string_view email, std::string_view password,
                            std::optional<First> first) {
    return run(calls::log_in(email, password, first));
}

Result<void> Client::adopt_tokens(std::string_view access, std::string_view refresh,
                                  std::optional<First> first, std::string_view provider) {
    return run(calls::adopt_tokens(access, refresh, first, provider));
}

Result<void> Client::show_code(std::string_view code) { return run(calls::show_code(code)); }

Result<void> Client::show_link(std::string_view token) { return run(calls::show_link(token)); }

Result<void> Client::mail_link() { return run(calls::mail_link()); }

Result<void> Client::log_out() { return run(calls::log_out()); }

}  // namespace settings::client
