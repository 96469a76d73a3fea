#include "tests/support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "tests/support/eventually.h"

namespace settings {
namespace {

bool is_inherited(std::string_view variable) {
    constexpr std::array<std::string_view, 7> steering{
        "XDG_",           "LISTEN_",          "NOTIFY_SOCKET=",        "STATE_DIRECTORY=",
        "JOURNAL_STREAM", "SETTINGSD_SOCKET", "CREDENTIALS_DIRECTORY="};
    return std::none_of(steering.begin(), steering.end(),
                        [&](auto name) { return variable.starts_with(name); });
}

std::vector<char*> environment() {
    std::vector<char*> variables;
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (is_inherited(*variable)) variables.push_back(*variable);
    variables.push_back(nullptr);
    return variables;
}

/// The child's three standard streams.
class Streams {
  public:
    explicit Streams(Process::Output const& output) {
        posix_spawn_file_actions_init(&actions_);
        constexpr int append = O_WRONLY | O_CREAT | O_APPEND;
        open(STDIN_FILENO, "/dev/null", O_RDONLY);
        open(STDOUT_FILENO, output.standard, append);
        open(STDERR_FILENO, output.errors, append);
    }
    Streams(Streams const&) = delete;
    Streams& operator=(Streams const&) = delete;
    ~Streams() { posix_spawn_file_actions_destroy(&actions_); }

    [[nodiscard]] posix_spawn_file_actions_t const* actions() const { return &actions_; }

  private:
    void open(int descriptor, std::filesystem::path const& file, int flags) {
        posix_spawn_file_actions_addopen(&actions_, descriptor, file.c_str(), flags, 0600);
    }

    posix_spawn_file_actions_t actions_;
};

}  // namespace

Process::Process(std::vector<std::string> const& words, Output const& output) {
    std::vector<char*> arguments;
    for (auto const& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    Streams const streams{output};
    int const error = posix_spawnp(&pid_, arguments.front(), streams.actions(), nullptr,
                                   arguments.data(), environment().data());
    if (error != 0) throw std::system_error{error, std::generic_category(), words.front()};
}

Process::~Process() { kill(); }

void Process::send(int signal) const {
    if (ended_) throw std::runtime_error{"a signal for a process that has ended"};
    if (::kill(pid_, signal) != 0) throw std::system_error{errno, std::generic_category(), "kill"};
}

bool Process::has_ended() {
    if (!ended_) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
    return ended_;
}

int Process::wait() {
    eventually("the process ends", [this] { return has_ended(); });
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

void Process::kill() {
    if (has_ended()) return;
    ::kill(pid_, SIGKILL);
    ended_ = waitpid(pid_, &status_, 0) == pid_;
}

std::string read_text(std::filesystem::path const& file) {
    std::ostringstream text;
    text << std::ifstream{file, std::ios::binary}.rdbuf();
    return text.str();
}

void write_text(std::filesystem::path const& file, std::string const& text) {
    std::ofstream stream{file, std::ios::binary | std::ios::trunc};
    stream << text << std::flush;
    if (!stream) throw std::runtime_error{"cannot write " + file.string()};
}

Finished run(std::vector<std::string> const& words, std::filesystem::path const& scratch) {
    auto const output = scratch / "output";
    auto const errors = scratch / "errors";
    std::filesystem::remove(output);
    std::filesystem::remove(errors);
    int const status = Process{words, {output, errors}}.wait();
    return {status, read_text(output), read_text(errors)};
}

}  // namespace settings
