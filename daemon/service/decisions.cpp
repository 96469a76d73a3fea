#include "daemon/service/decisions.h"

#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/driver/await_writer.h"
#include "daemon/service/history.h"
#include "daemon/service/moment.h"
#include "daemon/service/precondition.h"
#include "ipc/reply.h"
#include "model/named_key.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

using Ordered = nlohmann::ordered_json;

/// With its values as they are stored: a tree of a large one would take long to be built.
std::string conflict_text(store::StoredConflict const& conflict) {
    Ordered const object{{"id", conflict.id},
                         {"at", rfc3339(conflict.at)},
                         {"path", path_text(conflict.path)},
                         {"kept", conflict.kept == Winner::local ? "ours" : "theirs"}};
    auto text = ipc::to_text(object);
    text.pop_back();
    auto const add = [&text](char const* name, std::optional<std::string> const& value) {
        if (value) text += std::string{",\""} + name + "\":" + *value;
    };
    add("base", conflict.base);
    add("ours", conflict.ours);
    add("theirs", conflict.theirs);
    return text + '}';
}

/// The sync was told something, and does it; only the disk does not know.
Error forgotten(std::string const& done, Error const& error) {
    return {error.code(), done + ", but a restart would forget that: " + error.message()};
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
    Result<void> kept = co_await remember();
    char const* done = asked.on ? "sync is paused" : "sync is resumed";
    if (!kept) co_return ipc::failure(forgotten(done, kept.error()));
    co_return ipc::success({{"success", true}, {"paused", asked.on}});
}

/// Keeps on disk what the sync was told.
asio::awaitable<Result<void>> Decisions::remember() {
    auto work = [memory = sync_.memory()](store::Ledger& ledger) -> Result<void> {
        ledger.memory().remember(memory);
        return {};
    };
    Result<void> kept = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    co_return kept;
}

ipc::Reply Decisions::conflicts() {
    std::string text = R"({"success":true,"conflicts":[)";
    for (auto const& conflict : reader_.conflicts()) {
        if (text.back() == '}') text += ',';
        text += conflict_text(conflict);
    }
    text += "]}";
    ipc::Reply reply;
    reply.body = std::make_shared<std::string const>(std::move(text));
    return reply;
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
    auto work = [key = asked.key, app = app_text(peer)](store::Ledger& ledger) {
        return ledger.decisions().discard_rejected(key, app);
    };
    Result<void> discarded = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!discarded) co_return ipc::failure(discarded.error());
    co_return done(1);
}

// What is held for review -------------------------------------------------------------------------

ipc::Reply Decisions::review() {
    return tagged(ipc::success({{"success", true}, {"review", daemon::review(overview_.now())}}));
}

ipc::Reply Decisions::tagged(ipc::Reply reply) {
    reply.etag = review_tag(overview_.now());
    return reply;
}

/// Whoever decided on another document than is held sees what is.
ipc::Reply Decisions::refusal(Error const& error) {
    if (error.code() != Errc::stale) return ipc::failure(error);
    constexpr unsigned precondition_failed = 412;
    return tagged(ipc::failure(precondition_failed, error.message(), "review",
                               daemon::review(overview_.now())));
}

Result<void> Decisions::check(ipc::Condition const& condition) {
    auto const tag = review_tag(overview_.now());
    if (condition.of({{tag}}) == ipc::Condition::Outcome::holds) return {};
    return Error{Errc::stale,
                 condition.can_match_nothing() ? no_strong_tag : store::another_is_held};
}

asio::awaitable<ipc::Reply> Decisions::decide(ipc::Decide asked) {
    auto const& report = overview_.now().report;
    if (report.encounter)
        co_return ipc::failure(409,
                               "what is held is not this device's document yet; answer with "
                               "\"merge\", \"account\" or \"device\"");
    if (!report.in_review) co_return ipc::failure(409, "nothing is held for review");
    if (auto const right = check(asked.condition); !right) co_return refusal(right.error());
    if (!asked.keys.empty()) {
        ipc::Reply reply = co_await decide_by_key(std::move(asked));
        co_return reply;
    }
    sync_.decide(asked.verdict);
    co_return ipc::success({{"success", true}});
}

/// The store does it at once, on the document that is shown: nothing is left to remember.
asio::awaitable<ipc::Reply> Decisions::decide_by_key(ipc::Decide asked) {
    auto const& state = overview_.now();
    Judgement const word{asked.verdict, state.report.in_review->document};
    auto work = [keys = std::move(asked.keys), word, now = state.moment.now](
                    store::Ledger& ledger) { return ledger.mirror().decide(keys, word, now); };
    Result<Reconciled> done = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!done) co_return refusal(done.error());
    sync_.decided(std::move(done->held));
    co_return review();
}

asio::awaitable<ipc::Reply> Decisions::meet(ipc::Meet asked) {
    if (!overview_.now().report.encounter)
        co_return ipc::failure(409, "no document of another account is held");
    if (auto const right = check(asked.condition); !right) co_return refusal(right.error());
    auto exceptions = exceptions_in(asked);
    if (!exceptions) co_return ipc::failure(exceptions.error());
    sync_.decide(asked.meeting, *std::move(exceptions));
    Result<void> kept = co_await remember();
    if (!kept) co_return ipc::failure(forgotten("the next look carries it out", kept.error()));
    co_return ipc::success({{"success", true}});
}

/// The keys that are named, each of which waits, and is decided in one way only.
Result<Exceptions> Decisions::exceptions_in(ipc::Meet const& asked) {
    auto const& keys = overview_.now().report.encounter->keys;
    std::set<std::string_view> const waiting{keys.begin(), keys.end()};
    auto const waits = [&waiting](std::string const& key) { return waiting.contains(key); };
    Exceptions exceptions;
    for (auto const& [names, chosen] : {std::pair{&asked.account, &exceptions.account},
                                        std::pair{&asked.device, &exceptions.device}}) {
        for (auto const& name : *names) {
            auto key = key_named(name, waits);
            if (!key) return key.error();
            chosen->insert(*std::move(key));
        }
    }
    for (auto const& key : exceptions.account)
        if (exceptions.device.contains(key))
            return Error{Errc::bad_request,
                         "\"" + key + "\" cannot be the account's and this device's; name it once"};
    return exceptions;
}

asio::awaitable<ipc::Reply> Decisions::dismiss_notice() {
    auto work = [](store::Ledger& ledger) -> Result<void> {
        ledger.notices().dismiss();
        return {};
    };
    Result<void> saved = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!saved) co_return ipc::failure(saved.error());
    co_return ipc::success({{"success", true}, {"message", "The notice is forgotten"}});
}

}  // namespace settings::daemon
