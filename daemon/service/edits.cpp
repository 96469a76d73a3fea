#include "daemon/service/edits.h"

#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/driver/await_writer.h"
#include "daemon/service/history.h"
#include "daemon/service/precondition.h"
#include "ipc/reply.h"
#include "model/footprint.h"

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
    auto work = [edit, app = app_text(peer)](store::Ledger& ledger) -> Result<Kept> {
        if (auto const may = check(edit->condition, ledger.tag()); !may) return may.error();
        auto saved = ledger.apply(std::move(edit->edit), app);
        if (!saved) return saved.error();
        Kept kept{{std::visit(SuccessMessage{}, edit->edit), ledger.tag()}};
        if (edit->wait) kept.unsynced = ledger.unsynced(saved->keys);
        return kept;
    };
    Result<Kept> kept = co_await async_write(writer_, std::move(work), asio::use_awaitable, bytes);
    co_return co_await reply_to(std::move(kept), edit->wait, std::move(peer.departure));
}

asio::awaitable<ipc::Reply> Edits::take_back(ipc::Peer peer, ipc::TakeBack asked) {
    bool const waits = asked.wait && !asked.undo.dry_run;
    auto work = [asked, waits, app = app_text(peer)](store::Ledger& ledger) -> Result<Kept> {
        if (auto const may = check(asked.condition, ledger.tag()); !may) return may.error();
        auto undone = ledger.undo(asked.undo, app);
        if (!undone) return undone.error();
        Kept kept{{message_of(*undone, asked.undo.dry_run), ledger.tag(), *undone}};
        if (waits) kept.unsynced = ledger.unsynced(undone->keys);
        return kept;
    };
    Result<Kept> kept = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    auto const wait = waits ? asked.wait : std::nullopt;
    co_return co_await reply_to(std::move(kept), wait, std::move(peer.departure));
}

asio::awaitable<ipc::Reply> Edits::reply_to(Result<Kept> kept, ipc::Wait wait,
                                            std::shared_ptr<loop::Departure> departure) {
    if (!kept) co_return ipc::failure(kept.error());
    if (!wait) co_return edit_reply(kept->written);
    auto const receipt =
        co_await receipts_.wait_for(std::move(kept->unsynced), *wait, std::move(departure));
    co_return edit_reply(kept->written, receipt);
}

}  // namespace settings::daemon
