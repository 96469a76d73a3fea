#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <string>

#include "daemon/driver/sync_driver.h"
#include "daemon/host/spare_memory.h"
#include "daemon/service/decisions.h"
#include "daemon/service/edits.h"
#include "daemon/service/feed.h"
#include "daemon/service/logins.h"
#include "daemon/service/organizations.h"
#include "daemon/service/overview.h"
#include "daemon/service/reads.h"
#include "daemon/service/receipts.h"
#include "daemon/service/rounds.h"
#include "daemon/service/walks.h"
#include "ipc/handler.h"
#include "loop/worker.h"
#include "store/reader.h"
#include "store/view.h"
#include "store/writer.h"
#include "sync/account/account.h"

namespace settings::daemon {

/// What stands behind the socket: hands each command to the part that answers it. For the loop's
/// thread.
class Service final : public ipc::Handler {
  public:
    Service(boost::asio::any_io_executor executor, store::View const& view, store::Reader& reader,
            store::Writer& writer, SyncDriver& driver, sync::Account& account, Walker& walker,
            Organization& organization, Overview& overview, loop::Worker& worker);

    [[nodiscard]] boost::asio::awaitable<ipc::Reply> handle(ipc::Peer peer,
                                                            ipc::Command command) override;

    [[nodiscard]] Tag head() const override { return view_.tag(); }
    [[nodiscard]] boost::asio::awaitable<ipc::Events> events(Tag cursor, std::string path) override;
    [[nodiscard]] ipc::Asides asides(std::optional<std::uint64_t> told) const override {
        return organizations_.asides(told);
    }
    [[nodiscard]] loop::Worker& worker() override { return worker_; }
    [[nodiscard]] loop::Signal& changed() override { return feed_.changed(); }

    /// The view has a new revision, or is `whole`: read anew after a failure of the disk.
    void publish(bool whole);

    /// The configuration in use, as it is told: see configuration_text().
    void set_configuration(std::string body) { reads_.set_configuration(std::move(body)); }

  private:
    struct Answers;

    [[nodiscard]] boost::asio::awaitable<ipc::Reply> log_out();

    store::View const& view_;
    store::Writer& writer_;
    loop::Worker& worker_;
    SpareMemory memory_;
    Feed feed_;
    Receipts receipts_;
    Reads reads_;
    Edits edits_;
    Rounds rounds_;
    Decisions decisions_;
    Logins logins_;
    Walks walks_;
    Organization& organization_;
    Organizations organizations_;
};

}  // namespace settings::daemon
