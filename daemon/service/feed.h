#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ipc/handler.h"
#include "loop/worker.h"
#include "store/reader.h"
#include "store/view.h"

namespace settings::daemon {

/// The history as a stream of events. The newest are kept ready, each rendered once for all who
/// watch the same path; older ones are read from the journal for whoever comes back. For the loop's
/// thread.
class Feed {
  public:
    Feed(boost::asio::any_io_executor executor, store::View const& view, store::Reader& reader,
         loop::Worker& worker);

    /// See ipc::Handler::events(). Never tells of a revision that the view does not show yet.
    /// Waits only for the rendering of what is large, and then the cursor goes on.
    [[nodiscard]] boost::asio::awaitable<ipc::Events> after(Tag cursor, std::string path);

    /// There is a new revision. A view that is `whole` was read anew after a failure of the disk,
    /// so nothing that was read before counts.
    void publish(bool whole = false);

    [[nodiscard]] loop::Signal& changed() { return changed_; }

  private:
    using Frame = std::shared_ptr<std::string const>;
    using Entry = std::shared_ptr<store::JournalEntry const>;
    struct Ready {
        Entry entry;
        std::map<std::string, Frame> frames = {};  ///< by path; null where nothing concerns it
    };

    /// An entry that a watcher is to be told of, and its frame once that is known.
    struct Piece {
        Entry entry;
        std::optional<Frame> frame = {};
    };
    using Pieces = std::vector<Piece>;
    [[nodiscard]] static std::optional<Pieces> rendered(Pieces pieces, StoreId store,
                                                        std::string const& path);
    [[nodiscard]] static std::size_t bytes_to_render(Pieces const& pieces);

    [[nodiscard]] bool is_ours(Tag cursor) const;
    [[nodiscard]] Pieces pieces_after(Revision cursor, std::string const& path);
    void catch_up(Revision cursor);
    void forget();
    void keep(Pieces const& pieces, std::string const& path);
    [[nodiscard]] std::deque<Ready>::iterator ready_after(Revision cursor);
    [[nodiscard]] ipc::Events events_of(Pieces const& pieces) const;
    [[nodiscard]] ipc::Events reset();

    store::View const& view_;
    store::Reader& reader_;
    loop::Worker& worker_;
    bool is_rendering_ = false;  ///< the worker renders something large
    loop::Signal has_rendered_;
    std::uint64_t rereads_ = 0;  ///< of the view, after a failure of the disk
    std::deque<Ready> ready_;    ///< up to the head once somebody asked; oldest first
    std::size_t ready_bytes_ = 0;
    Frame reset_;                   ///< the whole document as an event
    Revision reset_revision_ = -1;  ///< the revision that `reset_` shows
    loop::Signal changed_;
};

}  // namespace settings::daemon
