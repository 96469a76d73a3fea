#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "daemon/service/explanation.h"
#include "daemon/service/overview.h"
#include "ipc/command.h"
#include "store/reader.h"
#include "store/view.h"

namespace settings::daemon {

/// Answers what only reads: the settings, their history, and the state of the sync. For the loop's
/// thread. Throws SqliteError.
class Reads {
  public:
    Reads(store::View const& view, store::Reader& reader, Overview& overview);

    [[nodiscard]] ipc::Reply document(ipc::ReadDocument const& asked);
    [[nodiscard]] ipc::Reply value(ipc::ReadPath const& asked) const;
    /// `beside`: the changes of the organization's settings, as JSON; may be empty.
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> journal(ipc::ReadJournal asked,
                                                             std::string beside = {});
    [[nodiscard]] ipc::Reply status();
    [[nodiscard]] ipc::Reply difference();
    [[nodiscard]] ipc::Reply configuration() const;
    [[nodiscard]] ipc::Reply metrics();
    [[nodiscard]] ipc::Reply explanation(ipc::Explain const& asked);

    /// From now on configuration() answers with this body.
    void set_configuration(std::string body);

  private:
    [[nodiscard]] std::shared_ptr<std::string const> whole_document();
    [[nodiscard]] SettingState setting(std::string const& path);
    [[nodiscard]] store::Standing unreadable_at(std::string const& path);

    store::View const& view_;
    store::Reader& reader_;
    Overview& overview_;
    std::shared_ptr<std::string const> configuration_;
    std::shared_ptr<std::string const> document_;  ///< the answer to a GET of the whole document
    Revision document_revision_ = -1;              ///< the revision that `document_` shows
};

}  // namespace settings::daemon
