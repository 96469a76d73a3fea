#include "bench/floor.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "bench/statistics.h"

namespace settings::bench {
namespace {

using Message = std::array<char, 200>;

bool pass_on(int from, int to, Message& message) {
    auto const received = recv(from, message.data(), message.size(), 0);
    return received > 0 && send(to, message.data(), message.size(), MSG_NOSIGNAL) > 0;
}

store::Connection open_floor(std::filesystem::path const& file) {
    store::Connection connection{file, store::Connection::Mode::read_write};
    connection.execute("PRAGMA journal_mode=WAL");
    connection.execute("PRAGMA synchronous=FULL");
    connection.execute("CREATE TABLE item (key INTEGER PRIMARY KEY, value INTEGER) STRICT");
    // More than 1,000 pages, so that the log is checkpointed and from then on written over: while
    // it grows, each flush is one of the file system's journal as well.
    connection.execute("CREATE TABLE filler AS SELECT zeroblob(5000000)");
    connection.execute("DROP TABLE filler");
    return connection;
}

}  // namespace

PingPong::PingPong() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error{errno, std::generic_category(), "socketpair"};
    asking_ = os::Descriptor{ends[0]};
    answering_ = os::Descriptor{ends[1]};
    echo_ = std::thread{[this] {
        for (Message message{}; pass_on(answering_.number(), answering_.number(), message);) {
        }
    }};
}

PingPong::~PingPong() {
    shutdown(asking_.number(), SHUT_RDWR);
    echo_.join();
}

double PingPong::cost(std::chrono::milliseconds time) {
    Message message{};
    return median_cost(time, [&] {
        if (send(asking_.number(), message.data(), message.size(), MSG_NOSIGNAL) < 0 ||
            recv(asking_.number(), message.data(), message.size(), MSG_WAITALL) <= 0)
            throw std::system_error{errno, std::generic_category(), "ping"};
    });
}

LoneCommit::LoneCommit(std::filesystem::path const& file)
    : connection_{open_floor(file)},
      begin_{connection_, "BEGIN IMMEDIATE"},
      write_{connection_, "INSERT OR REPLACE INTO item VALUES (1, ?)"},
      commit_{connection_, "COMMIT"} {}

double LoneCommit::cost(std::chrono::milliseconds time) {
    return median_cost(time, [this] {
        begin_.run();
        write_.run(++value_);
        commit_.run();
    });
}

}  // namespace settings::bench
