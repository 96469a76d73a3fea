#include "tests/ipc/local_server.h"

#include <boost/asio/co_spawn.hpp>
#include <cstdlib>
#include <future>
#include <stdexcept>
#include <utility>

#include "ipc/events.h"
#include "ipc/reply.h"
#include "ipc/socket.h"

namespace settings::ipc {

namespace asio = boost::asio;

TemporaryDirectory::TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "ipc_test_XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error{"mkdtemp failed"};
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() { std::filesystem::remove_all(path_); }

asio::awaitable<Reply> FakeHandler::handle(Peer peer, Command command) {
    last_pid_ = peer.pid;
    last_peer_ = peer;
    if (auto* const read = std::get_if<ReadPath>(&command))
        co_return co_await value_at(std::move(read->path));
    Reply reply = success({{"success", true}});
    reply.etag = text_of(tag);
    if (auto const* const read = std::get_if<ReadDocument>(&command);
        read && read->condition.of({{text_of(tag)}}) == Condition::Outcome::matched)
        reply.status = 304;
    if (auto const* const write = std::get_if<Write>(&command))
        if (auto const* const patch = std::get_if<Patch>(&write->edit)) {
            std::lock_guard const lock{mutex_};
            writes_.push_back(to_text(patch->partial));
        }
    if (auto const* const write = std::get_if<Write>(&command); write && write->wait) {
        auto const deadline = loop::Signal::Clock::now() + *write->wait;
        ++waiting_;
        // Whoever is released and whoever has left get the same answer.
        (void)co_await loop::Departure::wait_until(peer.departure, released_, deadline);
        --waiting_;
    }
    co_return reply;
}

asio::awaitable<Events> FakeHandler::events(Tag cursor, std::string path) {
    Events events{{}, cursor};
    if (cursor == head_) co_return events;
    auto const data = path.empty() ? std::string(event_bytes_, 'x') : path;
    ++events.cursor.revision;
    events.frames.push_back(
        std::make_shared<std::string const>(event_frame("change", events.cursor, data)));
    co_return events;
}

void FakeHandler::tell(std::size_t bytes) {
    ++head_.revision;
    event_bytes_ = bytes;
    changed_.notify();
}

Asides FakeHandler::asides(std::optional<std::uint64_t> told) const {
    Asides asides{{}, asides_.size()};
    if (told) asides.frames.assign(asides_.begin() + static_cast<long>(*told), asides_.end());
    return asides;
}

void FakeHandler::tell_aside(std::string const& data) {
    asides_.push_back(std::make_shared<std::string const>(event_frame("aside", data)));
    changed_.notify();
}

asio::awaitable<Reply> FakeHandler::value_at(std::string path) {
    if (path == "broken") throw std::runtime_error{"the value is broken"};
    if (path == "slow") {
        ++waiting_;
        bool const released = co_await released_.wait_until(loop::Signal::Clock::time_point::max());
        --waiting_;
        if (!released) throw std::runtime_error{"never released"};
    }
    if (path == "large") path.resize(large_bytes, 'x');
    Reply reply = success({{"path", path}});
    last_body_ = reply.body;
    co_return reply;
}

void FakeHandler::release() { released_.notify(); }

std::vector<std::string> FakeHandler::writes() const {
    std::lock_guard const lock{mutex_};
    return writes_;
}

LocalServer::LocalServer(Server::Options options) {
    int const listening = listen_on(path()).release();
    server_ =
        std::make_unique<Server>(context_.get_executor(), listening, handler_, std::move(options));
    server_->start();
    loop_ = std::thread{[this] {
        auto const busy = asio::make_work_guard(context_);
        context_.run();
    }};
}

LocalServer::~LocalServer() {
    context_.stop();
    loop_.join();
}

std::future<void> LocalServer::stop(std::chrono::milliseconds grace) {
    std::future<void> stopped;
    on_loop([&] { stopped = begin_stop(grace); });
    return stopped;
}

std::future<void> LocalServer::begin_stop(std::chrono::milliseconds grace) {
    return asio::co_spawn(context_, server_->stop(grace), asio::use_future);
}

void LocalServer::await_waiting(int count) {
    while (handler_.waiting() != count) std::this_thread::yield();
}

void LocalServer::await_sessions(std::size_t count) {
    while (on_loop([this] { return server_->open_sessions(); }) > count) continue;
}

void LocalServer::release() {
    on_loop([this] { handler_.release(); });
}

void LocalServer::await_rest() {
    on_loop([this] { return context_.poll(); });
}

}  // namespace settings::ipc
