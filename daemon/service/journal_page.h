#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ipc/command.h"
#include "store/journal.h"

namespace settings::daemon {

/// The body of GET /v1/journal while it is filled: the entries that concern the path asked for, up
/// to the number asked for and to 4 MiB. Pure.
class JournalPage {
  public:
    explicit JournalPage(ipc::ReadJournal asked) : asked_{std::move(asked)} {}

    /// Adds entries. False once there is one more than fits.
    bool take(std::vector<store::JournalEntry> const& entries);

    /// Turns round the order of the entries.
    void reverse();

    /// The answer. `oldest` is the first revision that the journal still has, `head` the last;
    /// `beside` the changes of the organization's settings, as JSON, which may be empty.
    [[nodiscard]] ipc::Reply reply(Revision oldest, Revision head,
                                   std::string const& beside = {}) const;

  private:
    ipc::ReadJournal asked_;
    std::vector<std::string> texts_;  ///< the text of each entry
    std::size_t bytes_ = 0;
    bool more_ = false;
};

}  // namespace settings::daemon
