#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "os/descriptor.h"
#include "settings/status.h"

namespace settings::system_test {

/// Many watchers of all changes, on one thread of their own. One that is closed comes back with the
/// id that it saw last. Each checks that the ids follow one another without gap or repetition.
class Watchers {
  public:
    /// Returns once each has its place in the history.
    Watchers(std::filesystem::path const& socket, std::size_t count);
    ~Watchers();
    Watchers(Watchers const&) = delete;
    Watchers& operator=(Watchers const&) = delete;

    /// How many have seen all up to and with that revision.
    [[nodiscard]] std::size_t count_at(client::Revision revision) const;

    // Once all is seen.

    /// Ends the thread.
    void stop();
    /// What was wrong, one sentence a watcher at most.
    [[nodiscard]] std::vector<std::string> const& complaints() const { return complaints_; }
    /// How often one was closed and came back.
    [[nodiscard]] std::size_t comebacks() const { return comebacks_; }
    /// From the stamp in an edit to its event at a watcher, in milliseconds, ascending.
    [[nodiscard]] std::vector<float> delays();

  private:
    struct Watcher {
        os::Descriptor connection;
        std::atomic<client::Revision> seen = -1;  ///< -1 before its place is known
        std::string received;
    };

    void run();
    void connect(std::size_t index);
    void close(std::size_t index);
    void read(std::size_t index);
    void take_block(std::size_t index, std::string_view block);
    void take_change(std::size_t index, client::Revision id, std::string_view block);
    void complain(std::string sentence);

    std::string socket_;
    std::vector<Watcher> watchers_;
    os::Descriptor epoll_;
    std::atomic<bool> stopping_ = false;
    std::vector<std::string> complaints_;
    std::size_t comebacks_ = 0;
    std::vector<float> delays_;
    std::thread thread_;
};

/// An object whose one member is the present moment, to be patched in: the stamp of delays().
[[nodiscard]] client::Json stamp();

}  // namespace settings::system_test
