#include "daemon/service/decisions.h"

#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "daemon/driver/await_writer.h"
#include "daemon/service/history.h"
#include "daemon/service/moment.h"
#include "ipc/reply.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

using Ordered = nlohmann::ordered_json;

Ordered to_json(store::RecordedConflict const& recorded) {
    auto const& [path, base, ours, theirs, kept] = recorded.conflict;
    Ordered object{{"id", recorded.id},
                   {"at", rfc3339(recorded.at)},
                   {"path", dotted(path)},
                   {"kept", kept == Winner::local ? "ours" : "theirs"}};
    auto const add = [&object](char const* name, std::optional<Json> const& value) {
        if (value) object[name] = *value;
    };
    add("base", base);
    add("ours", ours);
    add("theirs", theirs);
    return object;
}

/// The sync was told to pause or to go on, and does; only the disk does not know.
Error not_kept(ipc::Pause asked, Error const& error) {
    std::string const state = asked.on ? "paused" : "resumed";
    return {error.code(),
            "sync is " + state + ", but a restart would forget that: " + error.message()};
}

ipc::Reply done(std::size_t keys) { return ipc::success({{"success", true}, {"keys", keys}}); }

}  // namespace

Decisions::Decisions(store::Reader& reader, store::Writer& writer, SyncControls& sync,
                     Overview& overview)
    : reader_{reader}, writer_{writer}, sync_{sync}, overview_{overview} {}

asio::awaitable<ipc::Reply> Decisions::pause(ipc::Pause asked) {
    if (asked.on)
        sync_.pause();
    else
        sync_.resume();
    auto work = [memory = sync_.memory()](store::Ledger& ledger) -> Result<bool> {
        ledger.memory().remember(memory);
        return true;
    };
    Result<bool> saved = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!saved) co_return ipc::failure(not_kept(asked, saved.error()));
    co_return ipc::success({{"success", true}, {"paused", asked.on}});
}

ipc::Reply Decisions::conflicts() {
    Ordered list = Ordered::array();
    for (auto const& conflict : reader_.conflicts()) list.push_back(to_json(conflict));
    return ipc::success({{"success", true}, {"conflicts", std::move(list)}});
}

asio::awaitable<ipc::Reply> Decisions::resolve_conflict(ipc::Peer peer,
                                                        ipc::ResolveConflict asked) {
    auto work = [asked, app = app_text(peer)](store::Ledger& ledger) -> Result<Revision> {
        auto resolved = ledger.decisions().resolve_conflict(asked.id, asked.restore, app);
        if (!resolved) return resolved.error();
        return ledger.head();
    };
    Result<Revision> saved = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!saved) co_return ipc::failure(saved.error());
    co_return ipc::success({{"success", true}, {"revision", *saved}});
}

ipc::Reply Decisions::rejected() {
    return ipc::success({{"success", true}, {"rejected", rejected_list(overview_.now())}});
}

asio::awaitable<ipc::Reply> Decisions::retry_rejected(ipc::RetryRejected asked) {
    auto work = [key = asked.key](store::Ledger& ledger) {
        return ledger.decisions().retry_rejected(key);
    };
    Result<std::size_t> freed = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!freed) co_return ipc::failure(freed.error());
    sync_.sync_now();
    co_return done(*freed);
}

asio::awaitable<ipc::Reply> Decisions::discard_rejected(ipc::Peer peer,
                                                        ipc::DiscardRejected asked) {
    auto work = [key = asked.key,
                 app = app_text(peer)](store::Ledger& ledger) -> Result<std::size_t> {
        auto discarded = ledger.decisions().discard_rejected(key, app);
        if (!discarded) return discarded.error();
        return std::size_t{1};
    };
    Result<std::size_t> freed = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!freed) co_return ipc::failure(freed.error());
    co_return done(*freed);
}

ipc::Reply Decisions::review() {
    return ipc::success({{"success", true}, {"review", daemon::review(overview_.now())}});
}

ipc::Reply Decisions::decide(ipc::Decide asked) {
    auto const& report = overview_.now().report;
    if (report.encounter)
        return ipc::failure(409,
                            "what is held is not this device's document yet; answer with "
                            "\"merge\", \"account\" or \"device\"");
    if (!report.in_review) return ipc::failure(409, "nothing is held for review");
    sync_.decide(asked.verdict);
    return ipc::success({{"success", true}});
}

ipc::Reply Decisions::meet(ipc::Meet asked) {
    if (!overview_.now().report.encounter)
        return ipc::failure(409, "no document of another account is held");
    sync_.decide(asked.meeting);
    return ipc::success({{"success", true}});
}

asio::awaitable<ipc::Reply> Decisions::dismiss_notice() {
    auto work = [](store::Ledger& ledger) -> Result<bool> {
        ledger.notices().dismiss();
        return true;
    };
    Result<bool> saved = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!saved) co_return ipc::failure(saved.error());
    co_return ipc::success({{"success", true}, {"message", "The notice is forgotten"}});
}

}  // namespace settings::daemon
