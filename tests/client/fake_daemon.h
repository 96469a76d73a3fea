#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace settings::client {

/// What the fake does with one connection: each request gets the next of `replies`, byte for byte,
/// and then the connection is closed.
struct Script {
    std::string greeting = {};  ///< sent before anything is read
    std::vector<std::string> replies = {};
    bool stay_silent = false;  ///< instead of closing, wait until the client gives up
};

/// Binds a Unix socket and listens. Throws std::runtime_error.
[[nodiscard]] int listen_at(std::string const& path, int queue_limit);

/// A new, empty directory. Throws std::runtime_error.
[[nodiscard]] std::filesystem::path new_directory();

/// A reply as the daemon sends it.
[[nodiscard]] std::string reply(int status, std::string_view body);

/// A daemon on a real Unix socket that serves one connection after the other by script.
///
/// Declare it before the client under test, so that the client hangs up first.
class FakeDaemon {
  public:
    explicit FakeDaemon(std::vector<Script> scripts);
    ~FakeDaemon();
    FakeDaemon(FakeDaemon const&) = delete;
    FakeDaemon& operator=(FakeDaemon const&) = delete;

    [[nodiscard]] std::string socket_path() const;

    /// Stops, and tells the requests it read, whole, in order. The client should have hung up.
    [[nodiscard]] std::vector<std::string> stop();

  private:
    void serve(std::vector<Script> const& scripts);
    void serve_one(int connection, Script const& script);

    std::filesystem::path directory_;
    int listener_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

}  // namespace settings::client
