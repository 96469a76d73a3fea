#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "settings/status.h"

namespace settings::notify {

/// What a person is told of. Each has one notification on the desktop at most.
enum class Matter {
    login,      ///< there is no token that the server takes
    review,     ///< a document of the server waits for a person's verdict
    held,       ///< the sync is held for another reason
    rejected,   ///< the server refuses values of settings
    conflicts,  ///< settings were changed here and elsewhere
};

/// A word to the person: plain text that steers nothing, in lines.
struct Notification {
    Matter matter;
    std::string title;
    std::string text;          ///< what it is, and the command that helps
    std::uint64_t number = 1;  ///< how many there are of it; more than were told are news
};

/// What of all that the daemon says is news to a person: each matter once while it lasts, again
/// when it has ended and comes back, and again when there is more of it.
///
/// Pure: it knows no clock, daemon or desktop. What could not be shown stays untold.
class News {
  public:
    /// Takes in what the daemon says now. What this status cannot tell stays as it was: whether a
    /// login is over is not known while a round is under way, or without a network.
    void hear(client::Status const& status);

    /// What is to be shown.
    [[nodiscard]] std::vector<Notification> untold() const;

    /// It was shown.
    void told(Notification const& notification);

    /// What was shown and is over, so that it may be taken away. Each is returned once.
    [[nodiscard]] std::vector<Matter> take_ended();

  private:
    void keep(std::optional<bool> is_so, Notification notification);
    void forget_what_was_settled();

    std::map<Matter, Notification> present_;
    std::map<Matter, std::uint64_t> told_;  ///< how many of it
    std::vector<Matter> ended_;
};

}  // namespace settings::notify
