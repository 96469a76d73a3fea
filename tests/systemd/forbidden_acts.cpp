// Tries what a settings daemon has no business to do, and prints a line for each act:
//   act: done
//   act: refused, ERRNO
// It is started as the daemon is, without arguments. Nothing stays changed, save for the replies
// that it leaves in folders which are open to all.

#include "tests/systemd/forbidden_acts.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <system_error>

namespace settings::systemd_test {

bool is_of_a_person() { return getenv("XDG_RUNTIME_DIR") != nullptr; }

bool is_root() { return geteuid() == 0; }

std::string state_folder() {
    auto const* folder = getenv("STATE_DIRECTORY");
    return folder == nullptr ? "/nonexistent" : folder;
}

int outcome(long result) { return result < 0 ? errno : 0; }

int outcome(void* address) { return address == MAP_FAILED ? errno : 0; }

int try_to_open(std::string const& path, int flags) {
    return outcome(open(path.c_str(), flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666));
}

int try_to_read(std::string const& path) {
    int const file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    char first = 0;
    auto const size = file < 0 ? -1 : read(file, &first, 1);
    return size == 0 ? ENODATA : outcome(size);
}

int try_on_own_file(std::function<int(std::string const&)> const& attempt) {
    auto const path = state_folder() + "/own";
    if (int const error = try_to_open(path, O_WRONLY | O_CREAT | O_EXCL); error != 0) return error;
    int const error = attempt(path);
    unlink(path.c_str());
    return error;
}

int try_to_connect(std::string const& socket_path) {
    int const caller = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    return outcome(connect(caller, reinterpret_cast<sockaddr*>(&address), sizeof address));
}

pid_t process_in(std::string const& file) {
    pid_t process = 0;
    if (std::ifstream{file} >> process) return process;
    throw std::runtime_error{file + " names no process"};
}

namespace {

std::string describe(int status) {
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return "hung";
    if (WIFSIGNALED(status)) return std::string{"refused, "} + strsignal(WTERMSIG(status));
    if (WEXITSTATUS(status) == 0) return "done";
    auto const* name = strerrorname_np(WEXITSTATUS(status));
    return std::string{"refused, "} + (name == nullptr ? "" : name) + " " +
           strerror(WEXITSTATUS(status));
}

/// In a child, because an act may crash, hang, or change what the next one would find.
std::string try_it(Act const& act) {
    constexpr unsigned patience_seconds = 5;
    auto const child = fork();
    if (child < 0) throw std::system_error{errno, std::generic_category(), "fork"};
    if (child == 0) {
        alarm(patience_seconds);
        _exit(act.attempt());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return describe(status);
}

Acts all_acts() {
    Acts all;
    for (auto const& acts : {acts_on_files(), acts_on_programs(), acts_on_processes(),
                             acts_on_the_kernel(), is_root() ? acts_of_root() : Acts{}})
        all.insert(all.end(), acts.begin(), acts.end());
    return all;
}

}  // namespace
}  // namespace settings::systemd_test

int main(int argc, char**) {
    using namespace settings::systemd_test;
    // Started by one of the acts, to see whether that makes it root.
    if (argc > 1) return is_root() ? 0 : EPERM;
    for (auto const& act : all_acts()) std::cout << act.name << ": " << try_it(act) << std::endl;
    return 0;
}
