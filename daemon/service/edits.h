#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <variant>

#include "daemon/service/precondition.h"
#include "daemon/service/receipts.h"
#include "ipc/command.h"
#include "store/writer.h"

namespace settings::daemon {

/// Answers what changes the settings: an edit once it is on disk, or once the server has it when
/// the app asked for that. For the loop's thread.
class Edits {
  public:
    Edits(store::Writer& writer, Receipts& receipts);

    [[nodiscard]] boost::asio::awaitable<ipc::Reply> write(ipc::Peer peer, ipc::Write asked);
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> write_value(ipc::Peer peer,
                                                                 ipc::WriteValue asked);
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> take_back(ipc::Peer peer, ipc::TakeBack asked);

  private:
    struct Kept;
    using Outcome = std::variant<Kept, Unmet>;

    [[nodiscard]] boost::asio::awaitable<ipc::Reply> reply_to(
        Result<Outcome> outcome, ipc::Wait wait, std::shared_ptr<loop::Departure> departure);

    store::Writer& writer_;
    Receipts& receipts_;
};

}  // namespace settings::daemon
