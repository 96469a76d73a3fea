// What changes the settings, and what tells how they changed: edits with their receipts, undo, and
// the history.

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/await_writer.h"
#include "daemon/history.h"
#include "daemon/receipt.h"
#include "daemon/service.h"
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

/// Looked through in one turn of the loop.
constexpr store::Stretch slice{256, 262'144};

}  // namespace

Service::Replies Service::answer(ipc::Peer peer, ipc::Write command) {
    auto asked = std::make_shared<ipc::Write>(std::move(command));
    std::function<Result<Revision>(store::Ledger&)> work =
        [asked, app = app_text(peer)](store::Ledger& ledger) {
            return ledger.apply(asked->edit, app, asked->only_if);
        };
    Result<Revision> saved = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!saved) co_return ipc::failure(saved.error());
    Written edit{std::visit(SuccessMessage{}, asked->edit), *saved};
    if (!asked->wait) co_return written(edit);
    auto keys = keys_of(asked->edit);
    co_return co_await receipt(edit, std::move(keys), *asked->wait);
}

Service::Replies Service::answer(ipc::Peer peer, ipc::TakeBack command) {
    std::function<Result<Undone>(store::Ledger&)> work =
        [undo = command.undo, app = app_text(peer)](store::Ledger& ledger) {
            return ledger.undo(undo, app);
        };
    Result<Undone> undone = co_await async_write(writer_, std::move(work), asio::use_awaitable);
    if (!undone) co_return ipc::failure(undone.error());
    Written edit{"The old values are back", undone->revision, undone->revisions};
    if (!command.wait) co_return written(edit);
    std::vector<std::string> keys;
    co_return co_await receipt(edit, std::move(keys), *command.wait);
}

/// Waits for the server to accept an edit of these keys, and of those that its revision changed.
Service::Replies Service::receipt(Written edit, std::vector<std::string> keys,
                                  std::chrono::seconds wait) {
    auto const entry = reader_.journal().find(edit.revision);
    if (entry)
        for (auto const& change : entry->changes) keys.push_back(change.path.front());
    auto const deadline = ipc::Signal::Clock::now() + wait;
    bool waiting = true;
    while (waiting && reader_.is_dirty(keys) && !is_stuck(keys))
        waiting = co_await driver_.progress().wait_until(deadline);
    Receipt receipt{wait, !reader_.is_dirty(keys)};
    if (!receipt.synced) receipt.reason = summary(sync_state());
    co_return written(edit, receipt);
}

/// Whether nothing but a person gets these keys to the server.
bool Service::is_stuck(std::vector<std::string> const& keys) {
    if (needs_a_person(driver_.engine().posture())) return true;
    auto const rejected = reader_.rejected();
    return std::any_of(rejected.begin(), rejected.end(), [&keys](store::Rejected const& one) {
        return std::find(keys.begin(), keys.end(), one.key) != keys.end();
    });
}

/// In slices, since a search for one setting may lead through all of a long history.
Service::Replies Service::answer(ipc::Peer, ipc::ReadJournal command) {
    auto& journal = reader_.journal();
    auto const head = view_.revision();
    Page page{command};
    bool const forward = command.since.has_value();
    Revision at = command.since.value_or(head);
    for (;;) {
        auto const entries = forward ? journal.after(at, head, slice) : journal.up_to(at, slice);
        if (entries.empty() || !page.take(entries)) break;
        at = entries.back().revision - (forward ? 0 : 1);
        co_await asio::post(asio::use_awaitable);
    }
    if (!forward) page.reverse();
    co_return page.reply(journal.oldest(), head);
}

}  // namespace settings::daemon
