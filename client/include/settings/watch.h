#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "settings/history.h"
#include "settings/result.h"

namespace settings::client {

/// The journal does not reach back to where the watch was, or is another store's: the settings as
/// they are now, from which it goes on.
struct Reset {
    Revision revision = 0;
    Json settings;  ///< all of them, also for a watch of one path
};

using Event = std::variant<Entry, Reset>;

/// Follows the changes of the settings, each once and in order, across restarts of the daemon.
///
/// Blocking, with a connection of its own, which opens when first asked. When that breaks it is
/// opened again and goes on after the last event; nothing is lost and nothing comes twice. For one
/// thread at a time.
///
///     auto watch = settings.watch("theme");
///     while (auto event = watch.next())
///         if (*event) show(**event);
class Watch {
  public:
    ~Watch();
    Watch(Watch&&) noexcept;
    Watch& operator=(Watch&&) noexcept;

    /// Waits for the next event. Nothing means that none came in time; zero only looks.
    ///
    /// A daemon that is not there is waited for. Errors: refused and the like when the daemon does
    /// not accept the query, protocol when it is no daemon that answers. To ask again after an
    /// error tries again.
    [[nodiscard]] Result<std::optional<Event>> next(
        std::chrono::milliseconds timeout = std::chrono::milliseconds::max());

    /// Has next() call `told` with each change of the organization's settings that comes meanwhile,
    /// which is no event of the user's settings, has no revision, and comes once if at all: one
    /// that comes while the connection is broken is not told. Only a watch of everything is told of
    /// them.
    void on_organization(std::function<void(Entry const&)> told);

    /// Names the state up to which everything was returned; to go on from there later, also in
    /// another process, name it as `since`. Nothing as long as the daemon has not said where "now"
    /// is.
    [[nodiscard]] std::optional<Tag> cursor() const;

  private:
    friend class Client;
    class Link;

    explicit Watch(std::unique_ptr<Link> link);

    std::unique_ptr<Link> link_;
};

}  // namespace settings::client
