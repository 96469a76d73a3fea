// What waits for a person: conflicts, rejected keys, a document held for review, a pause.

#include <boost/asio/use_awaitable.hpp>

#include "daemon/driver/await_writer.h"
#include "daemon/service/history.h"
#include "daemon/service/service.h"
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

/// The sync does as it was told all the same.
Error not_kept(ipc::Pause command, Error const& error) {
    std::string const state = command.on ? "paused" : "resumed";
    return {error.code(),
            "sync is " + state + ", but a restart would forget that: " + error.message()};
}

ipc::Reply done(std::size_t keys) { return ipc::success({{"success", true}, {"keys", keys}}); }

}  // namespace

Service::Replies Service::answer(ipc::Peer, ipc::Pause command) {
    if (command.on)
        driver_.pause();
    else
        driver_.resume();
    std::function<Result<bool>(store::Ledger&)> work =
        [memory = driver_.memory()](store::Ledger& ledger) -> Result<bool> {
        ledger.memory().remember(memory);
        return true;
    };
    Result<bool> saved = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!saved) co_return ipc::failure(not_kept(command, saved.error()));
    co_return ipc::success({{"success", true}, {"paused", command.on}});
}

Service::Replies Service::answer(ipc::Peer, ipc::ReadConflicts) {
    Ordered list = Ordered::array();
    for (auto const& conflict : reader_.conflicts()) list.push_back(to_json(conflict));
    co_return ipc::success({{"success", true}, {"conflicts", std::move(list)}});
}

Service::Replies Service::answer(ipc::Peer peer, ipc::ResolveConflict command) {
    std::function<Result<Revision>(store::Ledger&)> work =
        [command, app = app_text(peer)](store::Ledger& ledger) -> Result<Revision> {
        auto resolved = ledger.decisions().resolve_conflict(command.id, command.restore, app);
        if (!resolved) return resolved.error();
        return ledger.head();
    };
    Result<Revision> saved = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!saved) co_return ipc::failure(saved.error());
    co_return ipc::success({{"success", true}, {"revision", *saved}});
}

Service::Replies Service::answer(ipc::Peer, ipc::ReadRejected) {
    co_return ipc::success({{"success", true}, {"rejected", rejected_list(sync_state())}});
}

Service::Replies Service::answer(ipc::Peer, ipc::RetryRejected command) {
    std::function<Result<std::size_t>(store::Ledger&)> work =
        [key = command.key](store::Ledger& ledger) {
            return ledger.decisions().retry_rejected(key);
        };
    Result<std::size_t> freed = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!freed) co_return ipc::failure(freed.error());
    driver_.sync_now();
    co_return done(*freed);
}

Service::Replies Service::answer(ipc::Peer peer, ipc::DiscardRejected command) {
    std::function<Result<std::size_t>(store::Ledger&)> work =
        [key = command.key, app = app_text(peer)](store::Ledger& ledger) -> Result<std::size_t> {
        auto discarded = ledger.decisions().discard_rejected(key, app);
        if (!discarded) return discarded.error();
        return std::size_t{1};
    };
    Result<std::size_t> freed = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!freed) co_return ipc::failure(freed.error());
    co_return done(*freed);
}

Service::Replies Service::answer(ipc::Peer, ipc::ReadReview) {
    co_return ipc::success({{"success", true}, {"review", review(sync_state())}});
}

Service::Replies Service::answer(ipc::Peer, ipc::Decide command) {
    if (!driver_.engine().report().in_review)
        co_return ipc::failure(409, "nothing is held for review");
    driver_.decide(command.verdict);
    co_return ipc::success({{"success", true}});
}

}  // namespace settings::daemon
