#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "daemon/driver/walker.h"
#include "daemon/service/overview.h"
#include "ipc/command.h"
#include "model/json.h"

namespace settings::daemon {

/// What a person can do where a walk ends so.
[[nodiscard]] std::string advice_at(sync::Step step, sync::Failure const& failure);

/// The body of POST /v1/walk.
[[nodiscard]] nlohmann::ordered_json walk_body(Walk const& walk, std::string const& server);

/// Answers a person who wants to know where the way to the server ends. For the loop's thread.
class Walks {
  public:
    Walks(Walker& walker, Overview& overview) : walker_{walker}, overview_{overview} {}

    /// Once the walk has come to its end.
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> walk();

  private:
    Walker& walker_;
    Overview& overview_;
};

}  // namespace settings::daemon
