#include "emulator/trial.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "emulator/files.h"
#include "emulator/json.h"

namespace settings::emulator {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// The folder of this program, if settingsd is there and the command line would not find it.
fs::path folder_of_programs() {
    auto const folder = fs::read_symlink("/proc/self/exe").parent_path();
    bool const is_installed = folder == "/usr/bin" || folder == "/usr/local/bin";
    return !is_installed && fs::exists(folder / "settingsd") ? folder : fs::path{};
}

/// A string of TOML; its escapes are those of JSON (toml.io/en/v1.0.0#string).
std::string quoted(std::string const& text) { return Json(text).dump(); }

/// A word for a shell.
std::string word(std::string const& text) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%";
    if (text.find_first_not_of(plain) == text.npos) return text;
    std::string quoted = "'";
    for (char const c : text) quoted += c == '\'' ? R"('\'')" : std::string{c};
    return quoted + '\'';
}

/// In a new process that will be settingsd: ends with `parent`, has none of its connections, says
/// nothing on the terminal, and hears no Ctrl-C there.
void settle_down(pid_t parent, char const* log) {
    setsid();
    int const opened = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(opened, STDOUT_FILENO);
    dup2(opened, STDERR_FILENO);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    // What a session or a service manager has said is not for this daemon.
    for (auto const* name : {"CREDENTIALS_DIRECTORY", "JOURNAL_STREAM", "NOTIFY_SOCKET"})
        unsetenv(name);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(1);
}

}  // namespace

Trial::Trial(fs::path folder, Service service)
    : folder_{std::move(folder)}, service_{std::move(service)}, programs_{folder_of_programs()} {
    write_configuration();
    start();
    try {
        wait_for_socket();
        watcher_ = std::thread{[this] { tell_of_its_end(); }};
    } catch (...) {
        end(SIGKILL);
        throw;
    }
}

Trial::~Trial() { end(SIGTERM); }

/// Runs on a thread. The daemon's pid stays its own until end() has waited for it.
void Trial::tell_of_its_end() const {
    siginfo_t ignored{};
    while (waitid(P_PID, static_cast<id_t>(daemon_), &ignored, WEXITED | WNOWAIT) != 0)
        if (errno != EINTR) return;
    if (!is_over_)
        std::cerr << "flashback-emulator: settingsd has ended; " << log().string()
                  << " says why. The service is still here: Ctrl-C ends it\n";
}

/// Sends the daemon the signal and waits for its end, if it has not been waited for.
void Trial::end(int signal) {
    if (daemon_ <= 0) return;
    is_over_ = true;
    kill(daemon_, signal);
    if (watcher_.joinable()) watcher_.join();
    while (waitpid(daemon_, nullptr, 0) < 0 && errno == EINTR) continue;
}

void Trial::write_configuration() const {
    auto const token = folder_ / "token";
    write_private_file(token, service_.token);
    write_private_file(folder_ / "config.toml",
                       "[server]\nurl = " + quoted(service_.url) +
                           "\nca_file = " + quoted(service_.ca) +
                           "\nproxy = \"none\"\n[credentials]\ntoken_file = " + quoted(token) +
                           "\n[store]\ndirectory = " + quoted(folder_ / "state") +
                           "\n[socket]\npath = " + quoted(socket()) + '\n');
}

void Trial::start() {
    std::string program = programs_.empty() ? "settingsd" : programs_ / "settingsd";
    std::string option = "--config", config = folder_ / "config.toml";
    std::array<char*, 4> const words{program.data(), option.data(), config.data(), nullptr};
    std::string const log = this->log();
    pid_t const parent = getpid();
    signal(SIGCHLD, SIG_DFL);  // ignored, it would have the kernel give the daemon's pid away
    daemon_ = fork();
    if (daemon_ < 0)
        throw std::runtime_error{std::string{"cannot start settingsd: "} + std::strerror(errno)};
    if (daemon_ > 0) return;
    settle_down(parent, log.c_str());
    execvp(words[0], words.data());
    _exit(errno == ENOENT ? 127 : 126);  // as a shell does
}

void Trial::wait_for_socket() {
    auto const deadline = std::chrono::steady_clock::now() + 30s;
    while (!fs::exists(socket())) {
        int status = 0;
        if (waitpid(daemon_, &status, WNOHANG) == daemon_) {
            daemon_ = -1;
            if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
                throw std::runtime_error{
                    "there is no settingsd, neither beside this program nor in PATH; install it: "
                    "apt install settingsd"};
            throw std::runtime_error{"settingsd did not start: " + read_file(log())};
        }
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error{"settingsd does not listen: " + read_file(log())};
        std::this_thread::sleep_for(20ms);
    }
}

std::string Trial::lines() const {
    auto const path = programs_.empty() ? "" : " PATH=" + word(programs_) + ":$PATH";
    auto const curl = "curl --noproxy '*' --cacert " + word(service_.ca) + ' ';
    return R"(
A Flashback service and a settingsd are here until Ctrl-C. In another terminal:

    export SETTINGSD_SOCKET=)" +
           word(socket()) + path + R"(
    settingsctl set theme=dark panel.position=top
    settingsctl status                 # synced, two seconds later
    settingsctl watch                  # each change, as it comes

Take the service away, go on, and bring it back:

    )" + curl +
           "-X PUT -d false " + word(service_.admin + "/online") + R"(
    settingsctl set theme=light
    settingsctl explain theme          # why it is not synced yet
    )" + curl +
           "-X PUT -d true " + word(service_.admin + "/online") + R"(

The daemon has a token that is not renewed; a login of your own lasts longer:

    settingsctl login                  # )" +
           service_.email + ", password: " + service_.password + R"(

What the service has, and what the daemon says meanwhile:

    )" + curl +
           word(service_.admin + "/documents") + R"(
    tail -f )" +
           word(log()) + '\n';
}

}  // namespace settings::emulator
