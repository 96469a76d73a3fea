#include "tests/system/support/network_test.h"

#include <filesystem>
#include <future>
#include <sstream>
#include <thread>

#include "tests/support/privilege.h"

namespace settings::system_test {
namespace {

using testing::Le;

long number_after(std::string const& word, std::string const& text) {
    std::istringstream words{text};
    for (std::string each; words >> each;)
        if (long number = 0; each == word && words >> number) return number;
    throw std::runtime_error{"no number after " + word + " in: " + text};
}

/// In user mode and in the kernel: fields 14 and 15 of proc(5)'s stat. The second one is a name,
/// which may have anything in it.
long ticks(std::string const& stat) {
    std::istringstream fields{stat.substr(stat.rfind(')') + 1)};
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    long user = 0;
    long kernel = 0;
    fields >> user >> kernel;
    return user + kernel;
}

Effort effort_of(pid_t process) {
    std::filesystem::path const folder = "/proc/" + std::to_string(process);
    Effort effort{.wake_ups = 0, .ticks = ticks(read_text(folder / "stat"))};
    for (auto const& thread : std::filesystem::directory_iterator{folder / "task"})
        effort.wake_ups +=
            number_after("voluntary_ctxt_switches:", read_text(thread.path() / "status"));
    return effort;
}

}  // namespace

void NetworkTest::SetUp() {
    make_or_skip(here);
    if (IsSkipped()) return;
    here->ip("link set lo up");
    here->ip(std::string{"addr add "} + addresses_.server + " dev lo");
    here->ip("link add server type veth peer name device");
    for (std::string const end : {"server", "device"})  // without what IPv6 makes up by itself
        here->ip("link set " + end + " addrgenmode none");
    serve({"--listen", '[' + std::string{addresses_.server} + "]:0"});
    make_device("a", settings_);
    std::async(std::launch::async, [this] {
        NetworkNamespace const there;
        hosts.emplace("/etc/hosts", addresses_.server + std::string{" far.example\n"});
        device().start();
    }).get();
    here->ip("link set device netns " + std::to_string(device().process().pid()));
    there("ip link set lo up");
}

/// Routes go last: before, nothing is there that could be tried.
void NetworkTest::plug_in() {
    join_network();
    lay_route();
}

void NetworkTest::join_network() {
    std::string const network = addresses_.network;
    here->ip("link set server up");
    here->ip("addr replace " + (addresses_.gateway + network) + " dev server");
    there("ip link set device up && ip addr flush dev device && ip addr add " +
          (addresses_.device + network) + " dev device");
}

std::string NetworkTest::there(std::string const& line) {
    auto const network = "--net=/proc/" + std::to_string(device().process().pid()) + "/ns/net";
    auto const finished = run({"nsenter", network, "sh", "-c", line}, folder.path());
    if (finished.status != 0) throw std::runtime_error{line + ": " + finished.errors};
    return finished.output;
}

long NetworkTest::number_there(std::string const& line, std::string const& word) {
    return number_after(word, there(line));
}

/// That nothing happens can be seen in no other way than by waiting for a while.
Effort NetworkTest::effort_of_a_second() {
    auto const process = device().process().pid();
    auto const before = effort_of(process);
    std::this_thread::sleep_for(std::chrono::seconds{1});
    auto const after = effort_of(process);
    return {after.wake_ups - before.wake_ups, after.ticks - before.ticks};
}

void NetworkTest::expect_rest(Effort const& effort_of_a_second) {
    EXPECT_THAT(effort_of_a_second.wake_ups, Le(25));
    EXPECT_THAT(effort_of_a_second.ticks, Le(10));
}

}  // namespace settings::system_test
