#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ipc/server.h"

namespace settings::ipc {

/// A directory of its own, gone at the end.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(TemporaryDirectory const&) = delete;
    TemporaryDirectory& operator=(TemporaryDirectory const&) = delete;

    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// Answers at once, but for three values: "slow" answers once release() is called, "large" is
/// 4 MiB, "broken" throws; and for edits with a wait. Remembers what it was asked.
class FakeHandler final : public Handler {
  public:
    explicit FakeHandler(boost::asio::any_io_executor executor)
        : released_{executor}, worker_{executor}, changed_{std::move(executor)} {}

    boost::asio::awaitable<Reply> handle(Peer peer, Command command) override;

    // One event for each revision; its data is the path asked for, or "x" as often as tell() said.
    [[nodiscard]] Tag head() const override { return head_; }
    [[nodiscard]] boost::asio::awaitable<Events> events(Tag cursor, std::string path) override;
    [[nodiscard]] Asides asides(std::optional<std::uint64_t> told) const override;
    [[nodiscard]] loop::Worker& worker() override { return worker_; }
    [[nodiscard]] loop::Signal& changed() override { return changed_; }

    /// One more event, with `bytes` of data; on the loop.
    void tell(std::size_t bytes = 1);

    /// One more event beside the history, with that data; on the loop.
    void tell_aside(std::string const& data);

    /// On the loop.
    void release();

    /// How many requests wait for release().
    [[nodiscard]] int waiting() const { return waiting_; }
    [[nodiscard]] std::vector<std::string> writes() const;
    /// The body of the latest value; on the loop.
    [[nodiscard]] std::weak_ptr<std::string const> last_body() const { return last_body_; }
    [[nodiscard]] pid_t last_pid() const { return last_pid_; }
    /// Who asked last; on the loop.
    [[nodiscard]] Peer const& last_peer() const { return last_peer_; }

    static constexpr Tag tag{7, 0xab};
    static constexpr std::size_t large_bytes = 4'194'304;

  private:
    boost::asio::awaitable<Reply> value_at(std::string path);

    loop::Signal released_;
    loop::Worker worker_;
    std::atomic<int> waiting_ = 0;
    std::atomic<pid_t> last_pid_ = 0;
    Peer last_peer_{};
    loop::Signal changed_;
    Tag head_ = tag;
    std::size_t event_bytes_ = 1;
    std::vector<std::shared_ptr<std::string const>> asides_;
    std::weak_ptr<std::string const> last_body_;
    mutable std::mutex mutex_;
    std::vector<std::string> writes_;
};

/// A server on a socket in a directory of its own, with its loop in a thread.
class LocalServer {
  public:
    explicit LocalServer(Server::Options options = {});
    ~LocalServer();
    LocalServer(LocalServer const&) = delete;
    LocalServer& operator=(LocalServer const&) = delete;

    /// Runs a function on the loop and returns its result.
    template <class F>
    auto on_loop(F function) {
        return boost::asio::post(context_, boost::asio::use_future(std::move(function))).get();
    }

    /// Begins to stop, and returns what becomes ready when that is done.
    std::future<void> stop(std::chrono::milliseconds grace);
    /// The same, for one who is on the loop.
    std::future<void> begin_stop(std::chrono::milliseconds grace);
    /// Blocks until `count` requests wait for release(), and so have been read.
    void await_waiting(int count);
    /// Blocks until no more than `count` sessions are open.
    void await_sessions(std::size_t count);
    void release();
    /// Blocks until the loop has nothing to do but wait: for ever, if something in it spins.
    void await_rest();

    [[nodiscard]] std::filesystem::path path() const {
        return directory_.path() / "run" / "socket";
    }
    [[nodiscard]] FakeHandler& handler() { return handler_; }
    [[nodiscard]] Server& server() { return *server_; }

  private:
    TemporaryDirectory directory_;
    boost::asio::io_context context_{1};
    FakeHandler handler_{context_.get_executor()};
    std::unique_ptr<Server> server_;
    std::thread loop_;
};

}  // namespace settings::ipc
