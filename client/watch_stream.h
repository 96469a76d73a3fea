#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "client/event_stream.h"
#include "client/http.h"
#include "settings/watch.h"

namespace settings::client {

/// What to watch.
struct WatchQuery {
    std::optional<Tag> since = {};  ///< all after this revision; else all from now on
    std::string path = {};          ///< only what concerns this setting; empty for all
};

/// A watch, apart from its socket: what to ask for, the events in what comes, and when to connect.
///
/// Whoever drives it connects while it is not open, after pause(); sends request(); feeds what
/// comes; and calls end() when the connection, or the attempt at one, is over.
class WatchStream {
  public:
    explicit WatchStream(WatchQuery query) : query_{std::move(query)}, cursor_{query_.since} {}

    /// What to send on a new connection; it is open from here on.
    [[nodiscard]] Request open();

    /// Whether the connection is of use.
    [[nodiscard]] bool is_open() const { return reply_.has_value(); }

    void feed(std::string_view bytes);
    void end();

    /// The next event, or what speaks against the watch.
    [[nodiscard]] std::optional<Result<Event>> take();

    /// Has take() call `told` with each change of the organization's settings; see Watch.
    void on_organization(std::function<void(Entry const&)> told) { told_ = std::move(told); }

    /// How long to wait before the next connection.
    [[nodiscard]] std::chrono::milliseconds pause() const;

    /// All up to it was taken.
    [[nodiscard]] std::optional<Tag> cursor() const { return cursor_; }

  private:
    void judge_refusal();
    void read_events();
    void give_up(Error error);

    WatchQuery query_;
    std::optional<ReplyReader> reply_;  ///< while open
    EventStreamReader events_{0};       ///< begun anew with each connection
    std::deque<ServerEvent> waiting_;   ///< came and were not taken, also of earlier connections
    std::optional<Tag> cursor_;
    std::optional<Tag> arrived_ = cursor_;  ///< all up to it came
    std::function<void(Entry const&)> told_ = [](Entry const&) {};
    std::optional<Error> error_;
    int failures_ = 0;  ///< connections in a row that brought nothing
    std::chrono::milliseconds longest_pause_{1'000};
};

}  // namespace settings::client
