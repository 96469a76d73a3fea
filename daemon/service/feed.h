#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "ipc/handler.h"
#include "store/reader.h"
#include "store/view.h"

namespace settings::daemon {

/// The history as a stream of events. The newest are kept ready, each rendered once for all who
/// watch the same path; older ones are read from the journal for whoever comes back. For the loop's
/// thread.
class Feed {
  public:
    Feed(boost::asio::any_io_executor executor, store::View const& view, store::Reader& reader);

    /// See ipc::Handler::events(). Never tells of a revision that the view does not show yet.
    [[nodiscard]] ipc::Events after(Tag cursor, std::string const& path);

    /// There is a new revision. A view that is `whole` was read anew after a failure of the disk,
    /// so nothing that was read before counts.
    void publish(bool whole = false);

    [[nodiscard]] loop::Signal& changed() { return changed_; }

  private:
    using Frame = std::shared_ptr<std::string const>;
    struct Ready {
        store::JournalEntry entry;
        std::map<std::string, Frame> frames = {};  ///< by path; null where nothing concerns it
    };

    [[nodiscard]] ipc::Events read(Revision cursor, std::string const& path);
    void catch_up(Revision cursor);
    void forget();
    [[nodiscard]] Frame frame_of(Ready& ready, std::string const& path) const;
    [[nodiscard]] Frame frame_about(store::JournalEntry const& entry,
                                    std::string const& path) const;
    void add(ipc::Events& events, Revision revision, Frame frame) const;
    [[nodiscard]] Tag tag_of(Revision revision) const;
    [[nodiscard]] std::deque<Ready>::iterator ready_after(Revision cursor);
    [[nodiscard]] ipc::Events from_ready(std::deque<Ready>::iterator next, Revision cursor,
                                         std::string const& path);
    [[nodiscard]] ipc::Events from_journal(Revision cursor, std::string const& path);
    [[nodiscard]] ipc::Events reset();

    store::View const& view_;
    store::Reader& reader_;
    std::deque<Ready> ready_;  ///< up to the head once somebody asked; oldest first
    std::size_t ready_bytes_ = 0;
    Frame reset_;                   ///< the whole document as an event
    Revision reset_revision_ = -1;  ///< the revision that `reset_` shows
    loop::Signal changed_;
};

}  // namespace settings::daemon
