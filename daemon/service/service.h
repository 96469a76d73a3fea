#pragma once

#include <memory>
#include <string>

#include "daemon/driver/sync_driver.h"
#include "daemon/service/explanation.h"
#include "daemon/service/feed.h"
#include "daemon/service/receipt.h"
#include "daemon/service/status.h"
#include "ipc/service.h"
#include "store/reader.h"
#include "store/view.h"
#include "store/writer.h"
#include "sync/account/account.h"

namespace settings::daemon {

/// What stands behind the socket: reads from the committed view, writes through the writer, and
/// tells the state of sync. For the loop's thread.
class Service final : public ipc::Service {
  public:
    Service(boost::asio::any_io_executor executor, store::View const& view, store::Reader& reader,
            store::Writer& writer, SyncDriver& driver, sync::Account& account, std::string server,
            std::string store_directory);

    [[nodiscard]] boost::asio::awaitable<ipc::Reply> handle(ipc::Peer peer,
                                                            ipc::Command command) override;

    [[nodiscard]] Revision head() const override { return view_.revision(); }
    [[nodiscard]] ipc::Events events(Revision cursor, std::string const& path) override {
        return feed_.after(cursor, path);
    }
    [[nodiscard]] loop::Signal& changed() override { return feed_.changed(); }

    /// The view has a new revision, or is `whole`: read anew after a failure of the disk.
    void publish(bool whole);

    /// As of now.
    [[nodiscard]] SyncState sync_state();

    void set_server(std::string server) { server_ = std::move(server); }

  private:
    using Replies = boost::asio::awaitable<ipc::Reply>;

    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::ReadDocument command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::ReadPath command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::Write command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::TakeBack command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::ReadJournal command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::ReadMetrics command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::ReadStatus command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::SyncNow command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::LogIn command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::AdoptTokens command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::LogOut command);

    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::Explain command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::Pause command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::ReadConflicts command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::ResolveConflict command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::ReadRejected command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::RetryRejected command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::DiscardRejected command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::ReadReview command);
    [[nodiscard]] Replies answer(ipc::Peer peer, ipc::Decide command);

    [[nodiscard]] Replies receipt(Written edit, std::vector<store::Unsynced> keys,
                                  std::chrono::seconds wait);
    [[nodiscard]] SettingState setting(std::string const& path);
    [[nodiscard]] std::shared_ptr<std::string const> document();
    [[nodiscard]] bool is_synced(Revision revision, std::uint64_t round);
    [[nodiscard]] ipc::Reply after_login(std::optional<sync::Failure> const& failure,
                                         char const* message);

    store::View const& view_;
    store::Reader& reader_;
    store::Writer& writer_;
    SyncDriver& driver_;
    sync::Account& account_;
    std::string server_;
    std::string store_directory_;
    Feed feed_;
    std::size_t receipts_ = 0;  ///< that somebody waits for

    std::shared_ptr<std::string const> document_;  ///< the answer to a GET, rendered once …
    Revision document_revision_ = -1;              ///< … for this revision
};

/// Whether sync goes on only once a person has done something.
[[nodiscard]] bool needs_a_person(sync::Posture const& posture);

}  // namespace settings::daemon
