#include "bench/load.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/statistics.h"
#include "bench/stock.h"
#include "os/descriptor.h"

namespace settings::bench {
namespace {

constexpr std::chrono::seconds patience{5};  ///< with answers that are out when the time is up
constexpr std::size_t kept_latencies = 8'000'000;
constexpr std::string_view good_status = "HTTP/1.1 200 ";
constexpr std::string_view get_leaf_request =
    "GET /v1/settings/large.key000000.a HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view get_request = "GET /settings/user HTTP/1.1\r\nHost: localhost\r\n\r\n";

[[noreturn]] void fail(char const* what) {
    throw std::system_error{errno, std::generic_category(), what};
}

using os::Descriptor;

Descriptor connect_to(std::filesystem::path const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto const& name = path.native();
    if (name.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        fail("the socket's path");
    }
    std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
    Descriptor connection{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    // Connecting waits for a place in the backlog; only then do we stop waiting for anything.
    if (connect(connection.number(), reinterpret_cast<sockaddr const*>(&address), sizeof address) !=
        0)
        fail(("cannot connect to " + name).c_str());
    return connection;
}

/// How many bytes follow the head. Knows the one spelling that the daemon uses.
std::size_t content_length(std::string_view head) {
    constexpr std::string_view field = "\r\nContent-Length: ";
    auto const at = head.find(field);
    std::size_t length = 0;
    if (at != std::string_view::npos)
        std::from_chars(head.data() + at + field.size(), head.data() + head.size(), length);
    return length;
}

/// Finds where an answer ends, without keeping its body.
class AnswerReader {
  public:
    enum class State { incomplete, good, bad };

    State take(std::string_view bytes) {
        if (in_body_) return consume_body(bytes.size());
        head_ += bytes;
        auto const end = head_.find("\r\n\r\n");
        if (end == std::string::npos) return State::incomplete;
        in_body_ = true;
        good_ = head_.starts_with(good_status);
        auto const whole_head = end + 4;
        body_left_ = content_length({head_.data(), whole_head});
        auto const body_bytes = head_.size() - whole_head;
        head_.clear();
        return consume_body(body_bytes);
    }

  private:
    State consume_body(std::size_t bytes) {
        if (bytes > body_left_) return State::bad;
        body_left_ -= bytes;
        if (body_left_ > 0) return State::incomplete;
        in_body_ = false;
        return good_ ? State::good : State::bad;
    }

    std::string head_;
    bool in_body_ = false;
    bool good_ = false;
    std::size_t body_left_ = 0;
};

/// Writes the requests. No value comes twice, in this run or in another: an edit that changes
/// nothing needs no commit.
class Requests {
  public:
    explicit Requests(LoadOptions const& options) : options_{options} {}

    std::string_view next() {
        ++count_;
        bool const is_edit =
            options_.mode == Mode::put || (options_.mode == Mode::mixed && count_ % 10 == 0);
        auto const number = static_cast<std::int64_t>(random_()) % options_.keys;
        if (options_.mode == Mode::get_one)
            return text_ = "GET /v1/settings/" + key_name(number) +
                           " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        if (options_.mode == Mode::get_leaf) return get_leaf_request;
        if (!is_edit) return get_request;
        std::string value = std::to_string(first_value_ + count_);
        value.insert(0, options_.value_bytes - std::min(options_.value_bytes, value.size()), '0');
        std::string const body = "{\"" + key_name(number) + "\":\"" + value + "\"}";
        text_ = "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body;
        return text_;
    }

  private:
    LoadOptions const& options_;
    std::minstd_rand random_{std::random_device{}()};
    std::uint64_t const first_value_ = std::uint64_t{std::random_device{}()} << 24;
    std::size_t count_ = 0;
    std::string text_;
};

class Generator {
  public:
    explicit Generator(LoadOptions const& options)
        : options_{options}, requests_{options}, epoll_{epoll_create1(EPOLL_CLOEXEC)} {
        for (std::size_t number = 0; number < options.clients; ++number) {
            clients_.push_back({connect_to(options.socket)});
            epoll_event event{.events = EPOLLIN, .data = {.u64 = number}};
            if (epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, clients_.back().connection.number(),
                          &event))
                fail("epoll_ctl");
        }
    }

    Load run() {
        auto const begin = Clock::now();
        end_ = begin + options_.time;
        for (auto& client : clients_) ask(client);
        while (waiting_ > 0 && Clock::now() < end_ + patience) turn();
        std::chrono::duration<double> const took = last_answer_ - begin;
        Load load;
        load.answers = latencies_.count();
        load.errors = errors_ + waiting_;
        if (load.answers > 0) load.rate = static_cast<double>(load.answers) / took.count();
        load.p50 = latencies_.quantile(0.5);
        load.p99 = latencies_.quantile(0.99);
        load.longest = latencies_.quantile(1);
        return load;
    }

  private:
    struct Client {
        Descriptor connection;
        AnswerReader reader = {};
        Clock::time_point asked = {};
    };

    void ask(Client& client) {
        client.asked = Clock::now();
        bool const enough = options_.requests > 0 && sent_ == options_.requests;
        if (enough || client.asked >= end_) return;
        ++sent_;
        // The socket is empty, so a request that does not fit into it at once never will.
        auto const request = requests_.next();
        auto const written = send(client.connection.number(), request.data(), request.size(),
                                  MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written == static_cast<ssize_t>(request.size()))
            ++waiting_;
        else
            give_up(client);
    }

    void turn() {
        std::array<epoll_event, 64> events;
        constexpr int longest_ms = 1'000;
        int const count = epoll_wait(epoll_.number(), events.data(), events.size(), longest_ms);
        for (int index = 0; index < count; ++index)
            read(clients_[events[static_cast<std::size_t>(index)].data.u64]);
    }

    void read(Client& client) {
        auto const count =
            recv(client.connection.number(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) return;
        auto state = AnswerReader::State::bad;
        if (count > 0)
            state = client.reader.take({buffer_.data(), static_cast<std::size_t>(count)});
        if (state == AnswerReader::State::incomplete) return;
        --waiting_;
        if (state == AnswerReader::State::bad) return give_up(client);
        last_answer_ = Clock::now();
        latencies_.add(last_answer_ - client.asked);
        ask(client);
    }

    void give_up(Client& client) {
        ++errors_;
        epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, client.connection.number(), nullptr);
    }

    LoadOptions const& options_;
    Requests requests_;
    Descriptor epoll_;
    std::vector<Client> clients_;
    Latencies latencies_{options_.requests > 0 ? options_.requests : kept_latencies};
    std::vector<char> buffer_ = std::vector<char>(262'144);
    Clock::time_point end_ = {};
    Clock::time_point last_answer_ = {};
    std::size_t sent_ = 0;
    std::size_t waiting_ = 0;
    std::size_t errors_ = 0;
};

}  // namespace

Load run_load(LoadOptions const& options) { return Generator{options}.run(); }

Load run_checked(LoadOptions const& options) {
    auto const load = run_load(options);
    if (load.errors > 0 || load.answers == 0)
        throw std::runtime_error{"the daemon failed " + std::to_string(load.errors) +
                                 " requests of " + std::to_string(load.errors + load.answers)};
    return load;
}

}  // namespace settings::bench
