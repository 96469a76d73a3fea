#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "emulator/certificate.h"
#include "emulator/emulator.h"

namespace settings::emulator {

/// Serves an Emulator over HTTPS on one thread.
class Server {
  public:
    struct Endpoint {
        std::string address;  ///< an IP address
        std::uint16_t port;   ///< 0 for any free one
    };

    /// Listens; connections wait until run(). `emulator` must outlive this.
    /// Throws std::runtime_error when the address is taken or the identity does not work.
    Server(Emulator& emulator, Identity const& identity, Endpoint const& endpoint,
           std::chrono::milliseconds latency);
    ~Server();

    /// The port that it listens on.
    [[nodiscard]] std::uint16_t port() const;

    /// Serves until SIGTERM or SIGINT.
    void run();

  private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace settings::emulator
