#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <string>

#include "ipc/command.h"

namespace settings::ipc {

/// Tells a client why it is not served, if that takes no waiting, and closes.
void refuse(boost::asio::local::stream_protocol::socket client, Reply const& reply);

/// For a daemon that cannot start, with the socket that it was handed: tells `reason` to each of
/// its owner's clients that wait there, and closes on all others. They would wait in vain
/// otherwise, and whoever handed the socket over (systemd) would start the daemon for them again
/// and again. Takes `listening` over.
void turn_away(int listening, std::string const& reason) noexcept;

}  // namespace settings::ipc
