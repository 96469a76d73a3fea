#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/driver/sync_controls.h"
#include "daemon/service/overview.h"
#include "ipc/command.h"
#include "store/reader.h"
#include "store/writer.h"

namespace settings::daemon {

/// Answers what lists and decides what waits for a person: conflicts, rejected keys, a document
/// held for review, a pause, a notice about the store. For the loop's thread. Throws SqliteError.
class Decisions {
  public:
    Decisions(store::Reader& reader, store::Writer& writer, SyncControls& sync, Overview& overview);

    [[nodiscard]] boost::asio::awaitable<ipc::Reply> pause(ipc::Pause asked);

    [[nodiscard]] ipc::Reply conflicts();
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> resolve_conflict(ipc::Peer peer,
                                                                      ipc::ResolveConflict asked);

    [[nodiscard]] ipc::Reply rejected();
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> retry_rejected(ipc::RetryRejected asked);
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> discard_rejected(ipc::Peer peer,
                                                                      ipc::DiscardRejected asked);

    [[nodiscard]] ipc::Reply review();
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> decide(ipc::Decide asked);
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> meet(ipc::Meet asked);

    [[nodiscard]] boost::asio::awaitable<ipc::Reply> dismiss_notice();

  private:
    [[nodiscard]] boost::asio::awaitable<Result<void>> remember();
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> decide_by_key(ipc::Decide asked);
    [[nodiscard]] Result<void> check(ipc::Condition const& condition);
    [[nodiscard]] Result<Exceptions> exceptions_in(ipc::Meet const& asked);
    [[nodiscard]] ipc::Reply refusal(Error const& error);
    [[nodiscard]] ipc::Reply tagged(ipc::Reply reply);

    store::Reader& reader_;
    store::Writer& writer_;
    SyncControls& sync_;
    Overview& overview_;
};

}  // namespace settings::daemon
