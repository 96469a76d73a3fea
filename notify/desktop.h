#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "notify/news.h"

struct sd_bus;

namespace settings::notify {

/// There is no session's bus, or none any more: nobody can be told anything.
struct NoBus : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The person's desktop: whatever shows notifications at the session's bus, by the Desktop
/// Notifications Specification (org.freedesktop.Notifications).
///
/// For one thread. What shows them may come, go and be replaced at any time.
class Desktop {
  public:
    /// Connects to the bus of $DBUS_SESSION_BUS_ADDRESS, else to $XDG_RUNTIME_DIR/bus. Throws
    /// NoBus.
    Desktop();
    ~Desktop();

    /// Shows a notification, in the place of the former one of its matter. Returns why it could not
    /// be shown; nothing where it was. Throws NoBus.
    [[nodiscard]] std::string show(Notification const& notification);

    /// Takes the notification of a matter away, if it is still there. Throws NoBus.
    void take_away(Matter matter);

    /// Lets that much time pass. Throws NoBus as soon as the bus has gone.
    void wait(std::chrono::microseconds length);

  private:
    struct Close {
        void operator()(sd_bus* bus) const;
    };

    [[nodiscard]] bool understands_markup();
    void take_what_came();
    void expect_bus() const;

    std::unique_ptr<sd_bus, Close> bus_;
    std::map<Matter, std::uint32_t> shown_;  ///< by the numbers that the desktop gave
};

}  // namespace settings::notify
