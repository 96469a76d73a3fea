// What changes the settings, and what tells how they changed: edits with their receipts, undo, and
// the history.

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/driver/await_writer.h"
#include "daemon/service/history.h"
#include "daemon/service/receipt.h"
#include "daemon/service/service.h"
#include "ipc/reply.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

struct SuccessMessage {
    char const* operator()(Patch const&) const {
        return "User settings partially updated successfully";
    }
    char const* operator()(Replace const&) const { return "User settings updated successfully"; }
    char const* operator()(Erase const&) const { return "User settings keys deleted successfully"; }
};

/// The entries of one answer, as text.
class Page {
  public:
    explicit Page(ipc::ReadJournal const& asked) : asked_{asked} {}

    /// Takes what concerns the path asked for. False once there is more than fits.
    bool take(std::vector<store::JournalEntry> const& entries) {
        for (auto const& entry : entries) {
            auto const changes =
                asked_.path.empty() ? entry.changes : excerpt(entry.changes, asked_.path);
            if (changes.empty() && !asked_.path.empty()) continue;
            more_ = texts_.size() == asked_.limit || bytes_ > page_bytes;
            if (more_) return false;
            texts_.push_back(
                entry_json(entry, changes).dump(-1, ' ', false, Json::error_handler_t::replace));
            bytes_ += texts_.back().size();
        }
        return true;
    }

    void reverse() { std::reverse(texts_.begin(), texts_.end()); }

    [[nodiscard]] ipc::Reply reply(Revision oldest, Revision head) const {
        std::string text = R"({"success":true,"entries":)";
        char separator = '[';
        for (auto const& entry : texts_) {
            text += separator + entry;
            separator = ',';
        }
        text += texts_.empty() ? "[]" : "]";
        text += R"(,"oldest":)" + std::to_string(oldest) + R"(,"revision":)" +
                std::to_string(head) + R"(,"more":)" + (more_ ? "true}" : "false}");
        ipc::Reply reply;
        reply.body = std::make_shared<std::string const>(std::move(text));
        return reply;
    }

  private:
    static constexpr std::size_t page_bytes = 4'194'304;

    ipc::ReadJournal const& asked_;
    std::vector<std::string> texts_;
    std::size_t bytes_ = 0;
    bool more_ = false;
};

// Looked through in one turn of the loop.
constexpr store::Stretch slice{16, 32'768};
constexpr Revision slice_revisions = 1'024;  ///< of which most need no parsing, with a path

std::size_t bytes_of(std::vector<store::JournalEntry> const& entries) {
    std::size_t bytes = 0;
    for (auto const& entry : entries) bytes += entry.bytes;
    return bytes;
}

/// An edit, and what of it the server does not have yet.
struct Kept {
    Written written;
    std::vector<store::Unsynced> unsynced = {};
};

}  // namespace

Service::Replies Service::answer(ipc::Peer peer, ipc::Write command) {
    auto asked = std::make_shared<ipc::Write>(std::move(command));
    std::function<Result<Kept>(store::Ledger&)> work =
        [asked, app = app_text(peer)](store::Ledger& ledger) -> Result<Kept> {
        auto saved = ledger.apply(asked->edit, app, asked->only_if);
        if (!saved) return saved.error();
        Kept kept{{std::visit(SuccessMessage{}, asked->edit), saved->revision}};
        if (asked->wait) kept.unsynced = ledger.unsynced(saved->keys);
        return kept;
    };
    Result<Kept> kept = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!kept) co_return ipc::failure(kept.error());
    if (!asked->wait) co_return written(kept->written);
    co_return co_await receipt(kept->written, std::move(kept->unsynced), *asked->wait);
}

Service::Replies Service::answer(ipc::Peer peer, ipc::TakeBack command) {
    std::function<Result<Kept>(store::Ledger&)> work =
        [command, app = app_text(peer)](store::Ledger& ledger) -> Result<Kept> {
        auto undone = ledger.undo(command.undo, app);
        if (!undone) return undone.error();
        auto const* message =
            undone->revisions == 0 ? "There is nothing to take back" : "The old values are back";
        Kept kept{{message, undone->revision, undone->revisions}};
        if (command.wait) kept.unsynced = ledger.unsynced(undone->keys);
        return kept;
    };
    Result<Kept> kept = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!kept) co_return ipc::failure(kept.error());
    if (!command.wait) co_return written(kept->written);
    co_return co_await receipt(kept->written, std::move(kept->unsynced), *command.wait);
}

void Service::publish(bool whole) {
    feed_.publish(whole);
    // The edit that a receipt is for may just have been replaced.
    if (receipts_ > 0) driver_.progress().notify();
}

/// Waits until the server has accepted each of these keys, one after the other: those behind it
/// were accepted, and are not looked at again.
Service::Replies Service::receipt(Written edit, std::vector<store::Unsynced> keys,
                                  std::chrono::seconds wait) {
    using Fate = store::Reader::Fate;
    auto const deadline = loop::Signal::Clock::now() + wait;
    Fate fate = Fate::synced;
    ++receipts_;
    for (bool waiting = true; !keys.empty(); keys.pop_back()) {
        while ((fate = reader_.fate_of(keys.back())) == Fate::unsynced && waiting &&
               !driver_.is_stopping() && !needs_a_person(driver_.engine().posture()))
            waiting = co_await driver_.progress().wait_until(deadline);
        if (fate != Fate::synced) break;
        if (keys.size() % slice.entries == 0) co_await asio::post(asio::use_awaitable);
    }
    --receipts_;
    Receipt receipt{wait, keys.empty()};
    if (fate == Fate::replaced)
        receipt.reason = "\"" + keys.back().key + "\" was changed again before the server had it";
    else if (!receipt.synced)
        receipt.reason = driver_.is_stopping() ? "settingsd is stopping" : summary(sync_state());
    co_return written(edit, receipt);
}

/// In slices, since a search for one setting may lead through all of a long history.
Service::Replies Service::answer(ipc::Peer, ipc::ReadJournal command) {
    auto& journal = reader_.journal();
    auto const head = view_.revision();
    auto const& path = command.path;
    bool const forward = command.since.has_value();
    Page page{command};
    // What is left to look through: after the first, up to and with the second.
    Revision first = command.since.value_or(std::max<Revision>(journal.oldest() - 1, 0));
    Revision last = head;
    while (first < last) {
        auto const edge = forward ? std::min(last, first + slice_revisions)
                                  : std::max(first, last - slice_revisions);
        auto const entries = forward ? journal.after(first, edge, slice, path)
                                     : journal.before(edge, last, slice, path);
        if (!page.take(entries)) break;
        bool const cut = entries.size() == slice.entries || bytes_of(entries) >= slice.bytes;
        if (forward)
            first = cut ? entries.back().revision : edge;
        else
            last = cut ? entries.back().revision - 1 : edge;
        co_await asio::post(asio::use_awaitable);
    }
    if (!forward) page.reverse();
    co_return page.reply(journal.oldest(), head);
}

}  // namespace settings::daemon
