#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "daemon/driver/sync_progress.h"
#include "daemon/service/edit_reply.h"
#include "daemon/service/overview.h"
#include "loop/departure.h"
#include "store/reader.h"

namespace settings::daemon {

/// Waits until the server has accepted an edit, for apps that want to know (RFC 7240, 4.3). Hurries
/// nothing. For the loop's thread.
class Receipts {
  public:
    Receipts(store::Reader& reader, SyncProgress& sync, Overview& overview);

    /// Returns when the server has accepted each of the keys, when one of them was changed again or
    /// refused, when the sync does not go on by itself, when `wait` is over, or when the app that
    /// wanted to know has left. Throws SqliteError.
    [[nodiscard]] boost::asio::awaitable<Receipt> wait_for(
        std::vector<store::Unsynced> keys, std::chrono::seconds wait,
        std::shared_ptr<loop::Departure> departure);

    /// There is a new revision, which may have replaced an edit that somebody waits for.
    void look_again();

  private:
    using Fate = store::Reader::Fate;
    using Deadline = loop::Signal::Clock::time_point;
    class Waiting;

    [[nodiscard]] boost::asio::awaitable<Fate> fate(store::Unsynced key, Deadline deadline,
                                                    std::shared_ptr<loop::Departure> departure);
    [[nodiscard]] std::string reason(Fate fate, std::string const& key);

    store::Reader& reader_;
    SyncProgress& sync_;
    Overview& overview_;
    std::size_t waiting_ = 0;  ///< how many wait_for() are under way
};

}  // namespace settings::daemon
