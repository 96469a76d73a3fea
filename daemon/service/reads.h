#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "daemon/service/explanation.h"
#include "daemon/service/overview.h"
#include "ipc/command.h"
#include "loop/worker.h"
#include "store/reader.h"
#include "store/view.h"

namespace settings::daemon {

/// Answers what only reads: the settings, their history, and the state of the sync. All that an
/// answer tells is taken at one moment; what is large is made an answer of by the worker. For the
/// loop's thread. Throws SqliteError.
class Reads {
  public:
    Reads(store::View const& view, store::Reader& reader, Overview& overview, loop::Worker& worker);

    [[nodiscard]] ipc::Reply document(ipc::ReadDocument const& asked);
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> value(ipc::ReadPath asked) const;
    /// `beside`: the changes of the organization's settings, as JSON; may be empty.
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> journal(ipc::ReadJournal asked,
                                                             std::string beside = {});
    [[nodiscard]] ipc::Reply status();
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> difference();
    [[nodiscard]] ipc::Reply configuration() const;
    [[nodiscard]] ipc::Reply metrics();
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> explanation(ipc::Explain asked);

    /// From now on configuration() answers with this body.
    void set_configuration(std::string body);

  private:
    [[nodiscard]] std::shared_ptr<std::string const> whole_document();
    [[nodiscard]] store::Standing unreadable_at(std::string const& path);

    store::View const& view_;
    store::Reader& reader_;
    Overview& overview_;
    loop::Worker& worker_;
    std::shared_ptr<std::string const> configuration_;
    std::shared_ptr<std::string const> document_;  ///< the answer to a GET of the whole document
    Revision document_revision_ = -1;              ///< the revision that `document_` shows
};

}  // namespace settings::daemon
