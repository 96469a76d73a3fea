#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ipc/command.h"
#include "loop/signal.h"
#include "loop/worker.h"

namespace settings::ipc {

/// A stretch of the events that a watcher is to see, ready to send and shared by all watchers.
struct Events {
    /// None where nothing concerns the watcher.
    std::vector<std::shared_ptr<std::string const>> frames;
    Tag cursor;  ///< last revision that the frames cover
};

/// Events beside the history of the document. They have no place in it, so whoever comes back does
/// not get them again.
struct Asides {
    std::vector<std::shared_ptr<std::string const>> frames = {};
    std::uint64_t count = 0;  ///< of all that there ever were
};

/// Answers what comes in over the socket. The server calls it on the loop, one command per
/// connection at a time; the answer may take as long as the command says.
class Handler {
  public:
    virtual ~Handler() = default;

    [[nodiscard]] virtual boost::asio::awaitable<Reply> handle(Peer peer, Command command) = 0;

    /// The state of the document that apps see.
    [[nodiscard]] virtual Tag head() const = 0;

    /// The events after `cursor`, as many as go well into one write. Nothing keeps them for the
    /// watcher: a slow one falls behind in the history, not in memory, and one that history has
    /// left behind, or that comes from another store, gets the whole document instead.
    /// What takes a while to be rendered is waited for; then the cursor goes on.
    [[nodiscard]] virtual boost::asio::awaitable<Events> events(Tag cursor, std::string path) = 0;

    /// Those after the first `told`, as many as are kept; none of them without a number.
    [[nodiscard]] virtual Asides asides(std::optional<std::uint64_t> told) const = 0;

    /// For what would hold the loop up.
    [[nodiscard]] virtual loop::Worker& worker() = 0;

    /// Notified with each new revision, and with what is told aside.
    [[nodiscard]] virtual loop::Signal& changed() = 0;
};

}  // namespace settings::ipc
