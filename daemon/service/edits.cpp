#include "daemon/service/edits.h"

#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/driver/await_writer.h"
#include "daemon/service/history.h"
#include "ipc/reply.h"
#include "model/footprint.h"
#include "model/value_tag.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

struct SuccessMessage {
    char const* operator()(Patch const&) const {
        return "User settings partially updated successfully";
    }
    char const* operator()(Replace const&) const { return "User settings updated successfully"; }
    char const* operator()(Erase const&) const { return "User settings keys deleted successfully"; }
    char const* operator()(Assignments const&) const { return "The settings are changed"; }
};

char const* message_of(Undone const& undone, bool dry_run) {
    if (undone.revisions.empty()) return "There is nothing to take back";
    return dry_run ? "Nothing is changed; this is what it would change" : "The old values are back";
}

/// What keeps the edit of one value from being made now.
std::optional<Unmet> unmet_by_value(ipc::WriteValue const& edit, store::Ledger& ledger) {
    if (edit.condition.is_absent()) return std::nullopt;
    auto const value = ledger.value_at(edit.path);
    return unmet(edit.condition, edit.path,
                 {value ? value_tag(to_text(*value)) : "", ledger.tag()});
}

}  // namespace

/// An edit that is on disk, and the keys of it that the server does not have yet.
struct Edits::Kept {
    Written written;
    std::vector<store::Unsynced> unsynced = {};
};

Edits::Edits(store::Writer& writer, Receipts& receipts) : writer_{writer}, receipts_{receipts} {}

asio::awaitable<ipc::Reply> Edits::write(ipc::Peer peer, ipc::Write asked) {
    auto const edit = std::make_shared<ipc::Write>(std::move(asked));
    auto const bytes = footprint(edit->edit);
    auto work = [edit, app = app_text(peer)](store::Ledger& ledger) -> Result<Outcome> {
        if (auto not_now = unmet(edit->condition, ledger.tag())) return *std::move(not_now);
        auto saved = ledger.apply(std::move(edit->edit), app);
        if (!saved) return saved.error();
        Kept kept{{std::visit(SuccessMessage{}, edit->edit), ledger.tag()}};
        if (edit->wait) kept.unsynced = ledger.unsynced(saved->keys);
        return kept;
    };
    Result<Outcome> outcome =
        co_await async_write(writer_, std::move(work), asio::use_awaitable, bytes);
    co_return co_await reply_to(std::move(outcome), edit->wait, std::move(peer.departure));
}

asio::awaitable<ipc::Reply> Edits::write_value(ipc::Peer peer, ipc::WriteValue asked) {
    auto const edit = std::make_shared<ipc::WriteValue>(std::move(asked));
    auto const bytes = edit->value ? footprint(*edit->value) : 0;
    auto work = [edit, app = app_text(peer)](store::Ledger& ledger) -> Result<Outcome> {
        if (auto not_now = unmet_by_value(*edit, ledger)) return *std::move(not_now);
        OneValue value{edit->value ? value_tag(to_text(*edit->value)) : ""};
        Assignments assignments{{{edit->path, std::move(edit->value), /*whole=*/true}}};
        auto saved = ledger.apply(std::move(assignments), app);
        if (!saved) return saved.error();
        Kept kept{{value.etag.empty() ? "The setting is removed" : "The setting is changed",
                   ledger.tag(), std::nullopt, std::move(value)}};
        if (edit->wait) kept.unsynced = ledger.unsynced(saved->keys);
        return kept;
    };
    Result<Outcome> outcome =
        co_await async_write(writer_, std::move(work), asio::use_awaitable, bytes);
    co_return co_await reply_to(std::move(outcome), edit->wait, std::move(peer.departure));
}

asio::awaitable<ipc::Reply> Edits::take_back(ipc::Peer peer, ipc::TakeBack asked) {
    bool const waits = asked.wait && !asked.undo.dry_run;
    auto work = [asked, waits, app = app_text(peer)](store::Ledger& ledger) -> Result<Outcome> {
        if (auto not_now = unmet(asked.condition, ledger.tag())) return *std::move(not_now);
        auto undone = ledger.undo(asked.undo, app);
        if (!undone) return undone.error();
        Kept kept{{message_of(*undone, asked.undo.dry_run), ledger.tag(), members_of(*undone)}};
        if (waits) kept.unsynced = ledger.unsynced(undone->keys);
        return kept;
    };
    Result<Outcome> outcome = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    auto const wait = waits ? asked.wait : std::nullopt;
    co_return co_await reply_to(std::move(outcome), wait, std::move(peer.departure));
}

asio::awaitable<ipc::Reply> Edits::reply_to(Result<Outcome> outcome, ipc::Wait wait,
                                            std::shared_ptr<loop::Departure> departure) {
    if (!outcome) co_return ipc::failure(outcome.error());
    if (auto const* const not_now = std::get_if<Unmet>(&*outcome)) co_return refusal(*not_now);
    auto* const kept = std::get_if<Kept>(&*outcome);
    if (!wait) co_return edit_reply(kept->written);
    auto const receipt =
        co_await receipts_.wait_for(std::move(kept->unsynced), *wait, std::move(departure));
    co_return edit_reply(kept->written, receipt);
}

}  // namespace settings::daemon
