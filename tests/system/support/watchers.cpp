#include "tests/system/support/watchers.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "tests/support/eventually.h"

namespace settings::system_test {
namespace {

std::int64_t nanoseconds() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

/// The number behind `name`, or -1.
std::int64_t number_behind(std::string_view text, std::string_view name) {
    auto const at = text.find(name);
    if (at == std::string_view::npos) return -1;
    std::int64_t number = -1;
    std::from_chars(text.data() + at + name.size(), text.data() + text.size(), number);
    return number;
}

void allow_descriptors(std::size_t count) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, count + 256);
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

client::Json stamp() { return {{"stamp", nanoseconds()}}; }

Watchers::Watchers(std::filesystem::path const& socket, std::size_t count)
    : socket_{socket}, watchers_(count), epoll_{epoll_create1(EPOLL_CLOEXEC)} {
    allow_descriptors(count);
    thread_ = std::thread{[this] { run(); }};
    eventually("each watcher has its place", [&] { return count_at(0) == watchers_.size(); });
}

Watchers::~Watchers() { stop(); }

void Watchers::stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    for (std::size_t i = 0; i < watchers_.size(); ++i) close(i);
    epoll_.close();
}

std::size_t Watchers::count_at(client::Revision revision) const {
    return static_cast<std::size_t>(
        std::count_if(watchers_.begin(), watchers_.end(),
                      [revision](Watcher const& watcher) { return watcher.seen >= revision; }));
}

std::vector<float> Watchers::delays() {
    std::sort(delays_.begin(), delays_.end());
    return delays_;
}

void Watchers::run() {
    std::array<epoll_event, 256> events{};
    while (!stopping_) {
        for (std::size_t i = 0; i < watchers_.size(); ++i)
            if (!watchers_[i].connection.is_open()) connect(i);
        int const ready = epoll_wait(epoll_.number(), events.data(), events.size(), 20);
        for (int i = 0; i < ready; ++i) read(events.at(static_cast<std::size_t>(i)).data.u64);
    }
}

void Watchers::connect(std::size_t index) {
    auto& watcher = watchers_[index];
    os::Descriptor opened{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_.c_str(), socket_.size());
    // Nobody is there, or too many come at once: the next turn tries again.
    if (::connect(opened.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        return;
    watcher.connection = std::move(opened);
    std::string request = "GET /v1/watch HTTP/1.1\r\nHost: localhost\r\n";
    if (watcher.seen >= 0) {
        request += "Last-Event-ID: " + std::to_string(watcher.seen) + "\r\n";
        ++comebacks_;
    }
    request += "\r\n";
    (void)!send(watcher.connection.number(), request.data(), request.size(), MSG_NOSIGNAL);
    epoll_event event{EPOLLIN, {}};
    event.data.u64 = index;
    epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, watcher.connection.number(), &event);
}

void Watchers::close(std::size_t index) {
    auto& watcher = watchers_[index];
    watcher.connection.close();
    watcher.received.clear();
}

/// Blocks end with an empty line; the first begins behind the header.
void Watchers::read(std::size_t index) {
    auto& watcher = watchers_[index];
    std::array<char, 65'536> piece{};
    auto const size = recv(watcher.connection.number(), piece.data(), piece.size(), 0);
    if (size <= 0) return close(index);
    watcher.received.append(piece.data(), static_cast<std::size_t>(size));
    std::size_t taken = 0;
    for (auto end = watcher.received.find("\n\n"); end != std::string::npos;
         end = watcher.received.find("\n\n", taken)) {
        take_block(index, std::string_view{watcher.received}.substr(taken, end + 1 - taken));
        taken = end + 2;
    }
    watcher.received.erase(0, taken);
}

void Watchers::take_block(std::size_t index, std::string_view block) {
    auto& watcher = watchers_[index];
    auto const id = number_behind(block, "\nid: ");
    if (block.starts_with("event: change\n"))
        take_change(index, id, block);
    else if (block.starts_with("event: reset\n"))
        complain("a watcher was reset at " + std::to_string(id));
    else if (watcher.seen >= 0 && id >= 0 && id != watcher.seen)
        complain("a watcher at " + std::to_string(watcher.seen) + " was put to " +
                 std::to_string(id));
    else if (id >= 0)
        watcher.seen = id;
}

void Watchers::take_change(std::size_t index, client::Revision id, std::string_view block) {
    auto& watcher = watchers_[index];
    if (id != watcher.seen + 1)
        complain("after " + std::to_string(watcher.seen) + " came " + std::to_string(id));
    watcher.seen = id;
    auto const stamp = number_behind(block, R"("new":)");
    delays_.push_back(static_cast<float>(nanoseconds() - stamp) / 1e6F);
}

void Watchers::complain(std::string sentence) {
    if (complaints_.size() < watchers_.size()) complaints_.push_back(std::move(sentence));
}

}  // namespace settings::system_test
