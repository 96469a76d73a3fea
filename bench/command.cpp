#include "bench/command.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "bench/statistics.h"

namespace settings::bench {
namespace {

/// Throws its output away, and what it complains of too if it is to be `quiet`.
pid_t start(Command const& command, bool quiet) {
    std::vector<char*> words;
    for (auto const& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    // vfork: what is measured is the program, not the copying of our page tables.
    pid_t const pid = vfork();
    if (pid < 0) throw std::runtime_error{"cannot start " + command.words.front()};
    if (pid > 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int const nothing = open("/dev/null", O_WRONLY);
    dup2(nothing, STDOUT_FILENO);
    if (quiet) dup2(nothing, STDERR_FILENO);
    execvp(words[0], words.data());
    _exit(127);
}

int status_of(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// While it lives the variables are in our own environment, which a child takes over.
class Environment {
  public:
    explicit Environment(Command const& command) : command_{command} {
        for (auto const& [name, value] : command_.variables) setenv(name.c_str(), value.c_str(), 1);
    }
    ~Environment() {
        for (auto const& variable : command_.variables) unsetenv(variable.first.c_str());
    }
    Environment(Environment const&) = delete;
    Environment& operator=(Environment const&) = delete;

  private:
    Command const& command_;
};

}  // namespace

double run_to_end(Command const& command) {
    Environment const environment{command};
    auto const before = Clock::now();
    int const status = status_of(start(command, /*quiet=*/false));
    std::chrono::duration<double, std::milli> const time = Clock::now() - before;
    if (status != 0)
        throw std::runtime_error{command.words.front() + " failed with status " +
                                 std::to_string(status)};
    return time.count();
}

Running::Running(Command const& command) : pid_{-1} {
    Environment const environment{command};
    pid_ = start(command, /*quiet=*/true);
}

Running::~Running() {
    kill(pid_, SIGTERM);
    static_cast<void>(status_of(pid_));
}

bool is_installed(std::string const& program) {
    char const* path = std::getenv("PATH");
    std::istringstream folders{path == nullptr ? "" : path};
    for (std::string folder; std::getline(folders, folder, ':');)
        if (access((std::filesystem::path{folder} / program).c_str(), X_OK) == 0) return true;
    return false;
}

}  // namespace settings::bench
