#pragma once

#include <chrono>
#include <string>

namespace settings::client {

/// Where the daemon listens: $SETTINGSD_SOCKET, else settingsd/socket in $XDG_RUNTIME_DIR or, when
/// that is not set, in /run/user/<uid>.
[[nodiscard]] std::string default_socket();

/// The name of this program's file, without its folder.
[[nodiscard]] std::string program_name();

/// How a client talks to the daemon. A class with constructors, like all that calls take: g++ 12
/// destroys a temporary aggregate in a co_await expression twice.
class Options {
  public:
    Options();

    /// For connecting, and again for each exchange; 5 s unless told.
    Options& timeout(std::chrono::milliseconds timeout);

    /// How the history calls this app, like "clock/1.2"; program_name() unless told.
    Options& app_name(std::string name);

    /// Whether get() may read from the file that the daemon publishes (docs/snapshot.md); it may,
    /// unless told. For who wants the daemon's own word, as after an edit of somebody else's whose
    /// outcome is unknown.
    Options& mapped_reads(bool allowed);

    [[nodiscard]] std::chrono::milliseconds timeout() const { return timeout_; }
    [[nodiscard]] std::string const& app_name() const { return app_name_; }
    [[nodiscard]] bool mapped_reads() const { return mapped_reads_; }

  private:
    std::chrono::milliseconds timeout_;
    std::string app_name_;
    bool mapped_reads_ = true;
};

}  // namespace settings::client
