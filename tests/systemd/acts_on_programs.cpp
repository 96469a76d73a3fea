#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/systemd/bait.h"
#include "tests/systemd/forbidden_acts.h"

namespace settings::systemd_test {
namespace {

namespace fs = std::filesystem;

constexpr auto any_program = "/usr/bin/true";
constexpr std::size_t page_bytes = 4'096;

/// 0 when the program could be started and says the same.
int run(std::string program, std::string argument = "") {
    std::array<char*, 3> const words{program.data(), argument.empty() ? nullptr : argument.data()};
    pid_t child = 0;
    int const error = posix_spawn(&child, program.c_str(), nullptr, nullptr, words.data(), environ);
    if (error != 0) return error;
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : ENOEXEC;
}

/// A program of its own making, where it may write; gone with this.
class WrittenProgram {
  public:
    explicit WrittenProgram(std::string const& folder) : path_{folder + "/program"} {
        fs::copy_file(any_program, path_);
        fs::permissions(path_, fs::perms::owner_all);
    }
    ~WrittenProgram() { fs::remove(path_); }
    WrittenProgram(WrittenProgram const&) = delete;
    WrittenProgram& operator=(WrittenProgram const&) = delete;

    [[nodiscard]] std::string const& path() const { return path_; }

  private:
    std::string path_;
};

int run_written(std::string const& folder) { return run(WrittenProgram{folder}.path()); }

int map_written() {
    WrittenProgram const program{state_folder()};
    int const file = open(program.path().c_str(), O_RDONLY | O_CLOEXEC);
    return outcome(mmap(nullptr, page_bytes, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0));
}

int run_from_memory() {
    int const memory = memfd_create("program", MFD_CLOEXEC);
    if (memory < 0) return errno;
    auto const path = "/proc/self/fd/" + std::to_string(memory);
    fs::copy_file(any_program, path, fs::copy_options::overwrite_existing);
    return run(path);
}

void* map_memory(int protection) {
    return mmap(nullptr, page_bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int make_memory_executable() {
    auto* const memory = map_memory(PROT_READ | PROT_WRITE);
    return outcome(mprotect(memory, page_bytes, PROT_READ | PROT_EXEC));
}

int make_memory_executable_with_a_key() {
    auto* const memory = map_memory(PROT_READ | PROT_WRITE);
    return outcome(pkey_mprotect(memory, page_bytes, PROT_READ | PROT_EXEC, -1));
}

/// Whether the kernel itself writes a core, and where the process is that dumps it.
bool are_cores_left_here() {
    std::string pattern;
    std::ifstream{"/proc/sys/kernel/core_pattern"} >> pattern;
    return !pattern.empty() && pattern.find_first_of("|/") == std::string::npos;
}

void crash_in(std::string const& folder) {
    rlimit limit{};
    getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_CORE, &limit);
    fs::current_path(folder);
    abort();
}

int leave_its_memory_in_a_core() {
    auto const child = fork();
    if (child == 0) crash_in(state_folder());
    int status = 0;
    waitpid(child, &status, 0);
    for (auto const& entry : fs::directory_iterator{state_folder()})
        if (entry.path().filename().string().starts_with("core")) fs::remove(entry);
    return WCOREDUMP(status) ? 0 : EACCES;
}

int share_executable_memory() {
    int const memory = shmget(IPC_PRIVATE, page_bytes, IPC_CREAT | 0700);
    if (memory < 0) return errno;
    int const error = outcome(shmat(memory, nullptr, SHM_EXEC));
    shmctl(memory, IPC_RMID, nullptr);
    return error;
}

}  // namespace

Acts acts_on_programs() {
    Acts acts{
        {"run an installed program", [] { return run(any_program); }},
        {"run a program in /run", [] { return run(std::string{"/run"} + bait::program); }},
        {"run a program that it wrote in its state folder",
         [] { return run_written(state_folder()); }},
        {"run a program that it wrote in /tmp", [] { return run_written("/tmp"); }},
        {"run a program that it wrote in /var/tmp", [] { return run_written("/var/tmp"); }},
        {"run a program that is nowhere but in memory", run_from_memory},
        {"map a program that it wrote", map_written},
        {"map memory to write and to run",
         [] { return outcome(map_memory(PROT_READ | PROT_WRITE | PROT_EXEC)); }},
        {"make memory executable", make_memory_executable},
        {"make memory executable, with a key", make_memory_executable_with_a_key},
        {"share executable memory", share_executable_memory},
        {"make all that can be read executable",
         [] { return outcome(personality(READ_IMPLIES_EXEC)); }},
        {"look like another kernel", [] { return outcome(personality(UNAME26)); }},
    };
    if (are_cores_left_here())
        acts.push_back({"leave its memory in a core", leave_its_memory_in_a_core});
    if (!is_root())
        acts.push_back({"become root by a set-uid program",
                        [] { return run(bait::set_uid_program, "is it root?"); }});
    return acts;
}

}  // namespace settings::systemd_test
