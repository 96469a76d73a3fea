#include "tests/client/fake_daemon.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace settings::client {
namespace {

std::size_t body_bytes(std::string_view head) {
    constexpr std::string_view name = "Content-Length: ";
    auto const at = head.find(name);
    if (at == std::string_view::npos) return 0;
    return std::stoul(std::string{head.substr(at + name.size())});
}

/// Reads until the connection ends. Returns whether it still holds.
bool read_more(int connection, std::string& text) {
    char chunk[4096];
    auto const bytes = ::read(connection, chunk, sizeof chunk);
    if (bytes <= 0) return false;
    text.append(chunk, static_cast<std::size_t>(bytes));
    return true;
}

/// One request; empty when the client hung up.
std::string read_request(int connection) {
    std::string text;
    std::size_t head = std::string::npos;
    while ((head = text.find("\r\n\r\n")) == std::string::npos)
        if (!read_more(connection, text)) return {};
    while (text.size() < head + 4 + body_bytes(text))
        if (!read_more(connection, text)) return {};
    return text;
}

}  // namespace

std::filesystem::path new_directory() {
    std::string path = std::filesystem::temp_directory_path() / "settings-client-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error{"mkdtemp: " + path};
    return path;
}

int listen_at(std::string const& path, int queue_limit) {
    int const listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, queue_limit) != 0)
        throw std::runtime_error{"cannot listen at " + path};
    return listener;
}

std::string reply(int status, std::string_view body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " Whatever\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

FakeDaemon::FakeDaemon(std::vector<Script> scripts)
    : directory_{new_directory()},
      listener_{listen_at(socket_path(), 8)},
      thread_{[this, scripts = std::move(scripts)] { serve(scripts); }} {}

FakeDaemon::~FakeDaemon() {
    if (thread_.joinable()) (void)stop();
    ::close(listener_);
    std::filesystem::remove_all(directory_);
}

std::string FakeDaemon::socket_path() const { return directory_ / "socket"; }

std::vector<std::string> FakeDaemon::stop() {
    ::shutdown(listener_, SHUT_RDWR);  // ends an accept() that waits
    thread_.join();
    return requests_;
}

void FakeDaemon::serve(std::vector<Script> const& scripts) {
    for (Script const& script : scripts) {
        int const connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) return;
        serve_one(connection, script);
        ::close(connection);
    }
}

void FakeDaemon::serve_one(int connection, Script const& script) {
    (void)::send(connection, script.greeting.data(), script.greeting.size(), MSG_NOSIGNAL);
    for (std::string const& answer : script.replies) {
        std::string request = read_request(connection);
        if (request.empty()) return;
        requests_.push_back(std::move(request));
        (void)::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    if (!script.stay_silent) return;
    std::string ignored;
    while (read_more(connection, ignored)) continue;
}

}  // namespace settings::client
