#include "tests/system/support/raw_service.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <system_error>

namespace settings::system_test {
namespace {

/// Nothing, once the other side has closed.
std::optional<std::string> read_some(SSL* stream) {
    std::array<char, 16 * 1024> bytes{};
    int const size = SSL_read(stream, bytes.data(), static_cast<int>(bytes.size()));
    if (size <= 0) return std::nullopt;
    return std::string{bytes.data(), static_cast<std::size_t>(size)};
}

/// Has at least `size` bytes in `text`, or returns false.
bool fill(SSL* stream, std::string& text, std::size_t size) {
    while (text.size() < size) {
        auto more = read_some(stream);
        if (!more) return false;
        text += *more;
    }
    return true;
}

std::size_t length_in(std::string const& head) {
    std::string lower;
    for (unsigned char const c : head) lower += static_cast<char>(std::tolower(c));
    std::string const field = "\r\ncontent-length:";
    auto const at = lower.find(field);
    return at == std::string::npos ? 0 : std::stoul(lower.substr(at + field.size()));
}

void put_deep(Json& into, Json const& from) {
    for (auto const& [name, value] : from.items())
        if (value.is_object() && into.contains(name) && into[name].is_object())
            put_deep(into[name], value);
        else
            into[name] = value;
}

void remove(Json& from, std::string const& path) {
    auto const dot = path.find('.');
    if (dot == std::string::npos) {
        from.erase(path);
        return;
    }
    auto const outer = from.find(path.substr(0, dot));
    if (outer != from.end() && outer->is_object()) remove(*outer, path.substr(dot + 1));
}

std::string const done = R"({"success":true,"message":"done"})";

}  // namespace

std::string response(int status, std::string const& body, std::string const& fields,
                     std::string const& type) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body;
}

std::string RawCall::healthy() const {
    if (method == "GET")
        return response(200, Json{{"success", true}, {"settings", document}}.dump());
    auto const told = Json::parse(body);
    if (method == "PUT") put_deep(document, told);
    if (method == "DELETE")
        for (std::string const path : told.at("keys")) remove(document, path);
    return response(200, done);
}

RawService::RawService(std::filesystem::path const& identity, Rule rule)
    : ca_{identity / "ca.pem"}, context_{SSL_CTX_new(TLS_server_method())}, rule_{std::move(rule)} {
    if (SSL_CTX_use_certificate_chain_file(context_.get(), (identity / "server.pem").c_str()) !=
            1 ||
        SSL_CTX_use_PrivateKey_file(context_.get(), (identity / "server.key").c_str(),
                                    SSL_FILETYPE_PEM) != 1)
        throw std::runtime_error{"no certificate in " + identity.string()};

    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    auto* const address = reinterpret_cast<sockaddr*>(&place);
    if (bind(listener_, address, size) != 0 || listen(listener_, 16) != 0 ||
        getsockname(listener_, address, &size) != 0)
        throw std::system_error{errno, std::generic_category(), "cannot listen"};
    port_ = ntohs(place.sin_port);
    acceptor_ = std::thread{[this] { accept(); }};
}

RawService::~RawService() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    {
        std::lock_guard const lock{mutex_};
        for (int const socket : sockets_) shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    for (int const socket : sockets_) close(socket);
}

void RawService::follow(Rule rule) {
    std::lock_guard const lock{mutex_};
    rule_ = std::move(rule);
}

void RawService::greet_with(std::string bytes) {
    std::lock_guard const lock{mutex_};
    greeting_ = std::move(bytes);
}

Json RawService::document() {
    std::lock_guard const lock{mutex_};
    return document_;
}

void RawService::set_document(Json document) {
    std::lock_guard const lock{mutex_};
    document_ = std::move(document);
}

std::string RawService::methods() {
    std::lock_guard const lock{mutex_};
    return methods_;
}

std::vector<std::string> RawService::heads() {
    std::lock_guard const lock{mutex_};
    return heads_;
}

int RawService::connections() {
    std::lock_guard const lock{mutex_};
    return static_cast<int>(sockets_.size());
}

int RawService::full_handshakes() {
    std::lock_guard const lock{mutex_};
    return full_handshakes_;
}

int RawService::resumptions() {
    std::lock_guard const lock{mutex_};
    return resumptions_;
}

void RawService::remember_no_sessions() {
    SSL_CTX_set_options(context_.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context_.get(), 0);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
}

void RawService::accept() {
    for (;;) {
        int const socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        std::lock_guard const lock{mutex_};
        sockets_.push_back(socket);
        int const number = static_cast<int>(sockets_.size());
        threads_.emplace_back([this, socket, number] { attend(socket, number); });
    }
}

/// The socket is shut down and not closed: its number belongs to it until the service goes.
void RawService::attend(int socket, int number) {
    sigset_t of_closed_connections;
    sigemptyset(&of_closed_connections);
    sigaddset(&of_closed_connections, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &of_closed_connections, nullptr);
    Stream const stream{SSL_new(context_.get())};
    SSL_set_fd(stream.get(), socket);
    if (SSL_accept(stream.get()) == 1) {
        count_handshake(SSL_session_reused(stream.get()) == 1);
        converse(stream.get(), number);
    }
    shutdown(socket, SHUT_RDWR);
}

void RawService::count_handshake(bool is_resumption) {
    std::lock_guard const lock{mutex_};
    ++(is_resumption ? resumptions_ : full_handshakes_);
}

void RawService::converse(SSL* stream, int number) {
    std::string greeting;
    {
        std::lock_guard const lock{mutex_};
        greeting = greeting_;
    }
    if (!greeting.empty()) SSL_write(stream, greeting.data(), static_cast<int>(greeting.size()));
    for (std::string received;;) {
        auto end = received.find("\r\n\r\n");
        if (end == std::string::npos) {
            if (!fill(stream, received, received.size() + 1)) return;
            continue;
        }
        end += 4;
        auto head = received.substr(0, end);
        auto const whole = end + length_in(head);
        if (!fill(stream, received, whole)) return;
        auto const bytes = answer(std::move(head), received.substr(end, whole - end), number);
        received.erase(0, whole);
        if (bytes.empty()) return;
        if (SSL_write(stream, bytes.data(), static_cast<int>(bytes.size())) <= 0) return;
    }
}

std::string RawService::answer(std::string head, std::string body, int connection) {
    std::lock_guard const lock{mutex_};
    auto const method = head.substr(0, head.find(' '));
    methods_ += (methods_.empty() ? "" : " ") + method;
    heads_.push_back(head);
    return rule_(
        {method, std::move(head), std::move(body), ++counts_[method], connection, document_});
}

}  // namespace settings::system_test
