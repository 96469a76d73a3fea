// Whole programs, from their start to their end, as a script or a person feels them.

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <optional>
#include <stdexcept>
#include <thread>

#include "bench/command.h"
#include "bench/dconf.h"
#include "bench/figures.h"
#include "bench/process.h"
#include "bench/statistics.h"
#include "os/descriptor.h"

namespace settings::bench {
namespace {

constexpr int runs_each = 10;  ///< in one turn

/// The median time of a command that is run a few times; `next` makes the words anew each time.
template <class Next>
double turn_of(Next next) {
    std::vector<double> times;
    for (int run = 0; run < runs_each; ++run) times.push_back(run_to_end(next()));
    return median(times);
}

std::filesystem::path made(std::filesystem::path folder) {
    std::filesystem::create_directories(folder);
    return folder;
}

std::string milliseconds(double value) { return readable(value) + " ms"; }

/// From connecting to the answer's first byte, in milliseconds. Waits for somebody to listen.
double first_byte(std::filesystem::path const& socket) {
    os::Descriptor const connection{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    int const fd = connection.number();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
    auto before = Clock::now();
    while (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        std::this_thread::yield();
        before = Clock::now();
    }
    constexpr std::string_view request =
        "GET /settings/user HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    char byte = 0;
    bool const answered =
        send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0 && recv(fd, &byte, 1, 0) == 1;
    std::chrono::duration<double, std::milli> const time = Clock::now() - before;
    if (!answered) throw std::runtime_error{"no answer at " + socket.string()};
    return time.count();
}

/// A daemon that is started by the first client, as systemd does it: on a store with some settings.
double cold_start(Plan const& plan, std::filesystem::path const& config) {
    auto const socket = config.parent_path() / "activation";
    std::filesystem::remove(socket);
    Running const listener{{{"systemd-socket-activate", "--listen=" + socket.string(),
                             plan.daemon.string(), "--config", config.string()}}};
    return first_byte(socket);
}

}  // namespace

void measure_programs(Plan const& plan, Table& table) {
    Process const daemon{plan.daemon, plan.folder / "programs", {.keys = 100}};
    auto const program = (plan.daemon.parent_path() / "settingsctl").string();
    auto const socket = "--socket=" + daemon.socket().string();
    std::optional<Dconf> dconf;
    if (Dconf::is_there()) dconf.emplace(made(plan.folder / "dconf"));

    std::vector<double> gets, sets, reads, writes;
    int value = 0;
    auto const next = [&value] { return std::to_string(++value); };
    static_cast<void>(run_to_end({{program, socket, "set", "bench=0"}}));
    for (int round = 0; round < plan.rounds; ++round) {
        sets.push_back(turn_of([&] {
            return Command{{program, socket, "set", "bench=" + next()}};
        }));
        if (dconf) writes.push_back(turn_of([&] { return dconf->write("/bench/key", next()); }));
        gets.push_back(turn_of([&] { return Command{{program, socket, "get", "bench"}}; }));
        if (dconf) reads.push_back(turn_of([&] { return dconf->read("/bench/key"); }));
    }
    auto const beside = [](std::vector<double> const& peer, char const* name) {
        return peer.empty() ? std::string{"dconf is not installed"}
                            : name + (" takes " + milliseconds(median(peer)));
    };
    table.section("Whole programs, from start to end");
    table.row("settingsctl get, ms", median(gets), Goal::at_most(5), beside(reads, "dconf read"));
    table.row("settingsctl set, durable, ms", median(sets), Goal::at_most(8),
              beside(writes, "dconf write"));
}

void measure_start(Plan const& plan, Table& table) {
    table.section("Start of the daemon by its first client");
    if (!is_installed("systemd-socket-activate")) {
        table.row("first byte, ms", 0, Goal::none(), "systemd-socket-activate is not installed");
        return;
    }
    auto const folder = plan.folder / "start";
    { Process const fills_the_store{plan.daemon, folder, {.keys = 1'000}}; }
    std::vector<double> times;
    for (int round = 0; round < plan.rounds; ++round)
        times.push_back(cold_start(plan, folder / "config.toml"));
    table.row("first byte, ms", median(times), Goal::at_most(50), "1,000 keys, warm page cache");
}

}  // namespace settings::bench
