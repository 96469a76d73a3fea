#include "daemon/service/service.h"

#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "daemon/service/metrics.h"
#include "ipc/reply.h"
#include "model/path.h"
#include "store/wall_clock.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

/// Whose fault it is that a login or logout failed.
unsigned status_of(sync::Fault fault) {
    switch (fault) {
        case sync::Fault::refused: return 400;
        case sync::Fault::unauthorized: return 403;
        case sync::Fault::storage: return 507;
        default: return 502;  // the server's, or that of the way to it
    }
}

/// What a path that leads into the value of a key leads to.
std::optional<Json> value_at(std::optional<Json> const& value,
                             std::optional<std::string_view> rest) {
    if (!value || !rest) return value;
    auto const inner = resolve(*value, *rest);
    if (!inner) return std::nullopt;
    return *find(*value, *inner);
}

}  // namespace

bool needs_a_person(sync::Posture const& posture) {
    if (std::holds_alternative<sync::Paused>(posture)) return true;
    auto const* resting = std::get_if<sync::Resting>(&posture);
    if (resting == nullptr) return false;
    return resting->why == sync::Rest::login || resting->why == sync::Rest::review ||
           resting->why == sync::Rest::stopped;
}

Service::Service(asio::any_io_executor executor, store::View const& view, store::Reader& reader,
                 store::Writer& writer, SyncDriver& driver, sync::Account& account,
                 std::string server, std::string store_directory)
    : view_{view},
      reader_{reader},
      writer_{writer},
      driver_{driver},
      account_{account},
      server_{std::move(server)},
      store_directory_{std::move(store_directory)},
      feed_{std::move(executor), view, reader} {}

asio::awaitable<ipc::Reply> Service::handle(ipc::Peer peer, ipc::Command command) {
    return std::visit([&](auto& asked) { return answer(peer, std::move(asked)); }, command);
}

Service::Replies Service::answer(ipc::Peer, ipc::ReadDocument command) {
    ipc::Reply reply;
    reply.revision = view_.revision();
    if (command.unless == view_.revision())
        reply.status = 304;
    else
        reply.body = document();
    co_return reply;
}

Service::Replies Service::answer(ipc::Peer, ipc::ReadPath command) {
    auto value = view_.find(command.path);
    if (!value) co_return ipc::failure(404, "no setting has the path \"" + command.path + "\"");
    ipc::Reply reply;
    if (command.unless == view_.revision())
        reply.status = 304;
    else
        reply = ipc::success({{"success", true},
                              {"path", command.path},
                              {"value", *value},
                              {"revision", view_.revision()}});
    reply.revision = view_.revision();
    co_return reply;
}

Service::Replies Service::answer(ipc::Peer, ipc::ReadMetrics) {
    ipc::Reply reply;
    reply.body = std::make_shared<std::string const>(metrics(sync_state()));
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    co_return reply;
}

Service::Replies Service::answer(ipc::Peer, ipc::ReadStatus) {
    co_return ipc::success(status(sync_state()));
}

Service::Replies Service::answer(ipc::Peer, ipc::SyncNow command) {
    auto const deadline = loop::Signal::Clock::now() + command.wait;
    auto const round = driver_.engine().report().rounds_begun;
    auto const revision = view_.revision();
    driver_.sync_now();
    while (!is_synced(revision, round)) {
        if (driver_.is_stopping() || needs_a_person(driver_.engine().posture())) break;
        bool const moved = co_await driver_.progress().wait_until(deadline);
        if (!moved) break;
    }
    auto const state = sync_state();
    bool const synced = is_synced(revision, round) && state.rejected.empty();
    co_return ipc::success({{"success", true},
                            {"synced", synced},
                            {"revision", revision},
                            {"reason", synced ? "synced" : summary(state)}});
}

Service::Replies Service::answer(ipc::Peer, ipc::Explain command) {
    co_return ipc::success(explanation(setting(command.path), sync_state()));
}

/// A dotted path may be a key itself, or lead into one: the first that apps see a value at counts,
/// as for resolve(), or else the first that the server has one at.
SettingState Service::setting(std::string const& path) {
    SettingState removed{path, false, false, {}};
    for (auto const& cut : cuts(path)) {
        auto key = reader_.standing(std::string{cut.name});
        auto const here = value_at(key.local, cut.rest);
        auto const there = value_at(key.mirror, cut.rest);
        if (here) return {path, true, here != there, std::move(key)};
        if (there && !removed.pending) removed = {path, false, true, std::move(key)};
    }
    return removed;
}

Service::Replies Service::answer(ipc::Peer, ipc::LogIn command) {
    auto const failure =
        co_await account_.log_in(std::move(command.email), std::move(command.password));
    co_return after_login(failure, "Logged in");
}

Service::Replies Service::answer(ipc::Peer, ipc::AdoptTokens command) {
    sync::TokenPair pair{std::move(command.access), std::move(command.refresh)};
    co_return after_login(account_.adopt(std::move(pair)), "Logged in");
}

Service::Replies Service::answer(ipc::Peer, ipc::LogOut) {
    auto const failure = co_await account_.log_out();
    co_return after_login(failure, "Logged out");
}

ipc::Reply Service::after_login(std::optional<sync::Failure> const& failure, char const* message) {
    driver_.look_at_token();
    if (failure) return ipc::failure(status_of(failure->fault), failure->message);
    return ipc::success({{"success", true}, {"message", message}});
}

/// Whether a round that began after that one left nothing of that revision behind.
bool Service::is_synced(Revision revision, std::uint64_t round) {
    return driver_.engine().report().last_clean_round > round && !reader_.is_pending(revision);
}

SyncState Service::sync_state() {
    SyncState state;
    state.posture = driver_.engine().posture();
    state.report = driver_.engine().report();
    state.moment = {driver_.now(), store::unix_milliseconds()};
    state.revision = view_.revision();
    state.pending = reader_.pending();
    state.rejected = reader_.rejected();
    state.conflicts = reader_.count_conflicts();
    state.server = server_;
    state.store_directory = store_directory_;
    state.clock_skew = driver_.clock_skew();
    return state;
}

/// The whole document's answer, rendered at most once per revision and shared by all who ask.
std::shared_ptr<std::string const> Service::document() {
    if (document_revision_ != view_.revision()) {
        std::string text = R"({"success":true,"settings":)";
        view_.append_to(text);
        text += '}';
        document_ = std::make_shared<std::string const>(std::move(text));
        document_revision_ = view_.revision();
    }
    return document_;
}

}  // namespace settings::daemon
