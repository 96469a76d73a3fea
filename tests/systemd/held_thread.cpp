#include "tests/systemd/held_thread.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <boost/algorithm/string/trim.hpp>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "tests/support/process.h"

namespace settings::systemd_test {
namespace {

namespace fs = std::filesystem;

pid_t find_thread(pid_t process, std::string const& name) {
    for (auto const& entry : fs::directory_iterator{"/proc/" + std::to_string(process) + "/task"})
        if (boost::algorithm::trim_copy(read_text(entry.path() / "comm")) == name)
            return std::stoi(entry.path().filename());
    throw std::runtime_error{"process " + std::to_string(process) + " has no thread " + name};
}

template <class Address, class Data>
void trace(__ptrace_request request, pid_t thread, Address address, Data data) {
    if (ptrace(request, thread, address, data) < 0)
        throw std::system_error{errno, std::generic_category(), "ptrace"};
}

void wait_until_held(pid_t thread) {
    int status = 0;
    if (waitpid(thread, &status, __WALL) != thread || !WIFSTOPPED(status))
        throw std::runtime_error{"a thread ended that was to be held"};
}

/// The number of the system call that it is about to make; -1 when it is elsewhere.
long call_ahead(pid_t thread) {
    __ptrace_syscall_info info{};
    trace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info);
    return info.op == PTRACE_SYSCALL_INFO_ENTRY ? static_cast<long>(info.entry.nr) : -1;
}

}  // namespace

HeldThread::HeldThread(pid_t process, std::string const& name) : id_{find_thread(process, name)} {
    trace(PTRACE_SEIZE, id_, nullptr, PTRACE_O_TRACESYSGOOD);
    trace(PTRACE_INTERRUPT, id_, nullptr, nullptr);
    wait_until_held(id_);
}

HeldThread::~HeldThread() { ptrace(PTRACE_DETACH, id_, nullptr, nullptr); }

void HeldThread::hold_at(long call) {
    do {
        trace(PTRACE_SYSCALL, id_, nullptr, nullptr);
        wait_until_held(id_);
    } while (call_ahead(id_) != call);
}

void HeldThread::wait_for_end() {
    for (int status = 0; !WIFSIGNALED(status);)
        if (waitpid(id_, &status, __WALL) != id_)
            throw std::system_error{errno, std::generic_category(), "waitpid"};
}

}  // namespace settings::systemd_test
