#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "tests/systemd/bait.h"
#include "tests/systemd/forbidden_acts.h"

namespace settings::systemd_test {
namespace {

int see(pid_t process, std::string const& what) {
    return try_to_read("/proc/" + std::to_string(process) + '/' + what);
}

int see_neighbour(std::string const& what) { return see(process_in(bait::neighbour), what); }

/// A process of its own, for as long as this lives.
class Child {
  public:
    Child() : pid_{fork()} {
        // Also because a signal to process -1 would go to all.
        if (pid_ < 0) throw std::system_error{errno, std::generic_category(), "fork"};
        if (pid_ == 0) pause();
    }
    ~Child() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    Child(Child const&) = delete;
    Child& operator=(Child const&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    pid_t pid_;
};

int trace() { return outcome(ptrace(PTRACE_SEIZE, Child{}.pid(), nullptr, nullptr)); }

int read_memory() {
    int secret = 0;
    int found = 0;
    iovec const here{&found, sizeof found};
    iovec const there{&secret, sizeof secret};
    return outcome(process_vm_readv(Child{}.pid(), &here, 1, &there, 1, 0));
}

int write_memory() {
    int planted = 0;
    iovec const here{&planted, sizeof planted};
    return outcome(process_vm_writev(Child{}.pid(), &here, 1, &here, 1, 0));
}

int fork_into_a_namespace(unsigned long kind) {
    auto const child = syscall(SYS_clone, kind | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (child == 0) _exit(0);
    return outcome(child);
}

int change_schedule() {
    sched_param const parameters{};
    return outcome(sched_setscheduler(0, SCHED_BATCH, &parameters));
}

int choose_processors() {
    cpu_set_t processors;
    sched_getaffinity(0, sizeof processors, &processors);
    return outcome(sched_setaffinity(0, sizeof processors, &processors));
}

int lock_memory() {
    static char secret = 0;
    return outcome(mlock(&secret, sizeof secret));
}

int share_memory() {
    int const memory = shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
    int const error = outcome(memory);
    shmctl(memory, IPC_RMID, nullptr);
    return error;
}

int share_a_semaphore() {
    int const semaphore = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
    int const error = outcome(semaphore);
    semctl(semaphore, 0, IPC_RMID);
    return error;
}

int share_a_queue() {
    int const queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
    int const error = outcome(queue);
    msgctl(queue, IPC_RMID, nullptr);
    return error;
}

int see_shared_memory_of_others() {
    std::ifstream table{"/proc/sysvipc/shm"};
    std::string head, first;
    return std::getline(table, head) && std::getline(table, first) ? 0 : ENOENT;
}

int speak_with_its_users_manager() {
    return try_to_connect("/run/user/" + std::to_string(geteuid()) + "/systemd/private");
}

/// Beside that of the service, where its manager makes them.
int make_a_control_group() {
    std::string own;
    std::ifstream memberships{"/proc/self/cgroup"};
    while (std::getline(memberships, own) && !own.starts_with("0::")) continue;
    auto const beside = "/sys/fs/cgroup" + own.substr(3, own.rfind('/') - 3) + "/forbidden-acts";
    int const error = outcome(mkdir(beside.c_str(), 0700));
    rmdir(beside.c_str());
    return error;
}

/// What depends on who runs it.
Acts acts_of_some() {
    Acts acts;
    // The system's manager hides them from all but root's group, a person's cannot.
    if (!is_root() && !is_of_a_person()) {
        acts.push_back({"see the first process", [] { return see(1, "cmdline"); }});
        acts.push_back({"see a process of its user's", [] { return see_neighbour("cmdline"); }});
    }
    if (!is_of_a_person())
        acts.push_back({"see shared memory of others", see_shared_memory_of_others});
    if (is_of_a_person())
        acts.push_back({"speak with its user's manager", speak_with_its_users_manager});
    if (is_root() || is_of_a_person())
        acts.push_back({"make a control group", make_a_control_group});
    return acts;
}

}  // namespace

Acts acts_on_processes() {
    Acts acts{
        {"see the environment of another process", [] { return see_neighbour("environ"); }},
        {"see the addresses of another process", [] { return see_neighbour("auxv"); }},
        {"trace a process", trace},
        {"read the memory of a process", read_memory},
        {"write to the memory of a process", write_memory},
        {"make a user namespace", [] { return outcome(unshare(CLONE_NEWUSER)); }},
        {"make a mount namespace", [] { return outcome(unshare(CLONE_NEWUSER | CLONE_NEWNS)); }},
        {"make a network namespace", [] { return outcome(unshare(CLONE_NEWUSER | CLONE_NEWNET)); }},
        {"start a process in a user namespace",
         [] { return fork_into_a_namespace(CLONE_NEWUSER); }},
        {"give way to others", [] { return outcome(setpriority(PRIO_PROCESS, 0, 19)); }},
        {"change its schedule", change_schedule},
        {"choose its processors", choose_processors},
        {"lock memory", lock_memory},
        {"share memory", share_memory},
        {"share a semaphore", share_a_semaphore},
        {"share a queue", share_a_queue},
        {"speak with the system's bus",
         [] { return try_to_connect("/run/dbus/system_bus_socket"); }},
    };
    for (auto const& act : acts_of_some()) acts.push_back(act);
    return acts;
}

}  // namespace settings::systemd_test
