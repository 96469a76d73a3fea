#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "client/socket.h"
#include "client/watch_stream.h"
#include "settings/options.h"

namespace settings::client {

/// The blocking driver of a WatchStream.
class Watch::Link {
  public:
    Link(std::string socket_path, Options options, WatchQuery query)
        : socket_path_{std::move(socket_path)},
          options_{std::move(options)},
          stream_{std::move(query)} {}

    [[nodiscard]] Result<std::optional<Event>> next(Clock::time_point deadline);
    [[nodiscard]] std::optional<Tag> cursor() const { return stream_.cursor(); }
    void on_organization(std::function<void(Entry const&)> told) {
        stream_.on_organization(std::move(told));
    }

  private:
    void connect(Clock::time_point deadline);
    void receive(Clock::time_point deadline);
    void end();

    std::string socket_path_;
    Options options_;
    WatchStream stream_;
    std::optional<Socket> socket_;
    Clock::time_point not_before_ = {};  ///< the next attempt to connect
};

}  // namespace settings::client
