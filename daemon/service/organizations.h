#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "daemon/driver/organization.h"
#include "ipc/command.h"
#include "ipc/handler.h"

namespace settings::daemon {

// What an app gets for a call on the organization's settings. What the service says in JSON is
// passed on as it is.

[[nodiscard]] ipc::Reply reply_to_write(sync::Remote::Outcome const& outcome);

/// For a read without a copy.
[[nodiscard]] ipc::Reply reply_to_read(sync::Remote::Outcome const& outcome);

/// For a read with one.
[[nodiscard]] ipc::Reply reply_from(OrganizationCopy const& copy, std::chrono::seconds age,
                                    bool is_stale);

/// One change as the journal and the events tell it: JSON.
[[nodiscard]] std::string entry_text(OrganizationChange const& change);

/// Answers the four calls on the organization's settings, and tells of their changes beside the
/// history, of which they are no part. For the loop's thread.
class Organizations {
  public:
    explicit Organizations(Organization& organization) : organization_{organization} {}

    [[nodiscard]] boost::asio::awaitable<ipc::Reply> read();
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> write(ipc::WriteOrganization asked);

    /// The last changes as a JSON array; empty when there are none.
    [[nodiscard]] std::string history();

    /// One more change for those who watch.
    void tell(OrganizationChange const& change);

    /// See ipc::Handler::asides().
    [[nodiscard]] ipc::Asides asides(std::optional<std::uint64_t> told) const;

  private:
    Organization& organization_;
    std::deque<std::shared_ptr<std::string const>> frames_;  ///< the newest, oldest first
    std::size_t frame_bytes_ = 0;
    std::uint64_t count_ = 0;  ///< of all that there were
};

}  // namespace settings::daemon
