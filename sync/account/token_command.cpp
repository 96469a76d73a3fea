#include "sync/account/token_command.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "loop/as_errors.h"
#include "os/descriptor.h"
#include "sync/account/jwt.h"

namespace settings::sync {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t output_bytes = 16 * 1024 + 16;  // a token and space around it

std::vector<std::string> clean_environment() {
    std::vector<std::string> variables{"LANG=C.UTF-8"};
    for (char const* name : {"PATH", "HOME", "XDG_RUNTIME_DIR"})
        if (char const* value = std::getenv(name); value != nullptr)
            variables.push_back(std::string{name} + '=' + value);
    return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// A pipe; our end does not block, the child's does.
struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            throw std::system_error{errno, std::generic_category(), "pipe2"};
        ours = os::Descriptor{ends[0]};
        theirs = os::Descriptor{ends[1]};
        fcntl(ours.number(), F_SETFL, O_NONBLOCK);
    }

    os::Descriptor ours;
    os::Descriptor theirs;
};

/// How a child starts: its three streams and nothing else, a group of its own, no signal blocked
/// or ignored.
class Start {
  public:
    explicit Start(int output) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    Start(Start const&) = delete;
    Start& operator=(Start const&) = delete;
    ~Start() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }

    /// 0, or the error number.
    int run(pid_t& pid, std::vector<std::string> words) const {
        auto environment = clean_environment();
        return posix_spawn(&pid, words.front().c_str(), &actions_, &attributes_,
                           pointers_to(words).data(), pointers_to(environment).data());
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

/// What is in the pipe, up to one byte more than allowed. Does not wait for programs that hold the
/// other end open.
std::string read_available(int descriptor) {
    std::string text(output_bytes + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        auto const more = read(descriptor, text.data() + size, text.size() - size);
        if (more <= 0) break;
        size += static_cast<std::size_t>(more);
    }
    text.resize(size);
    return text;
}

/// Whether the machine has not got what it takes to start any program, now.
bool lacks_something(int error) {
    constexpr std::array lacking{EMFILE, ENFILE, ENOMEM, EAGAIN, EIO, ESTALE, ENOSPC};
    return std::ranges::find(lacking, error) != lacking.end();
}

int open_pidfd(pid_t pid) {
    // glibc 2.36 has no header for it in Debian 12.
    int const descriptor = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (descriptor < 0) throw std::system_error{errno, std::generic_category(), "pidfd_open"};
    return descriptor;
}

}  // namespace

struct TokenCommand::Outcome {
    int status = 0;  ///< status by waitpid(2)
    std::string output;
};

/// A running command. Its group ends with it.
class TokenCommand::Child {
  public:
    explicit Child(asio::any_io_executor const& executor) : ended_{executor} {}
    Child(Child const&) = delete;
    Child& operator=(Child const&) = delete;
    ~Child() { static_cast<void>(finish()); }

    /// 0, or the error number.
    int start(std::vector<std::string> const& words) {
        Start const start{output_.theirs.number()};
        if (int const error = start.run(pid_, words); error != 0) {
            pid_ = -1;
            return error;
        }
        output_.theirs.close();
        ended_.assign(open_pidfd(pid_));
        return 0;
    }

    /// Readable once the command has ended.
    asio::posix::stream_descriptor& ended() { return ended_; }

    void kill_group() const {
        if (pid_ > 0) kill(-pid_, SIGKILL);
    }

    Outcome finish() {
        Outcome outcome;
        if (pid_ < 0) return outcome;
        // Before it is reaped: until then nobody else can get its number.
        kill_group();
        while (waitpid(pid_, &outcome.status, 0) < 0 && errno == EINTR) continue;
        pid_ = -1;
        outcome.output = read_available(output_.ours.number());
        return outcome;
    }

  private:
    pid_t pid_ = -1;
    Pipe output_;
    asio::posix::stream_descriptor ended_;
};

TokenCommand::TokenCommand(asio::any_io_executor executor, std::vector<std::string> words,
                           Time limit)
    : executor_{std::move(executor)},
      words_{std::move(words)},
      limit_{limit},
      deadline_{executor_} {}

TokenCommand::~TokenCommand() = default;

asio::awaitable<Result<std::string>> TokenCommand::run() {
    auto started = start();
    if (!started) co_return started.error();
    arm_deadline();
    co_await child_->ended().async_wait(asio::posix::stream_descriptor::wait_read, loop::as_errors);
    deadline_.cancel();
    auto const child = std::move(child_);
    co_return token_from(child->finish());
}

void TokenCommand::stop() {
    if (child_) child_->kill_group();
}

Result<void> TokenCommand::start() {
    assert(!child_);
    try {
        auto child = std::make_unique<Child>(executor_);
        if (int const error = child->start(words_); error != 0) return not_started(error);
        child_ = std::move(child);
    } catch (std::system_error const& error) {  // out of descriptors
        return not_started(error.code().value());
    }
    late_ = false;
    return {};
}

/// The timer's handler may still be on its way when its run is over and the next run has begun:
/// then the timer's expiry is that of the next run, and lies ahead.
void TokenCommand::arm_deadline() {
    deadline_.expires_after(limit_);
    deadline_.async_wait([this](error_code error) {
        if (error || deadline_.expiry() > asio::steady_timer::clock_type::now()) return;
        late_ = true;
        stop();
    });
}

Result<std::string> TokenCommand::token_from(Outcome const& outcome) const {
    if (outcome.output.size() > output_bytes) return failed("printed more than a token");
    if (late_) return failed("did not end in time, and was ended");
    if (WIFSIGNALED(outcome.status))
        return failed("was ended by signal " + std::to_string(WTERMSIG(outcome.status)));
    if (int const status = WEXITSTATUS(outcome.status); status != 0)
        return failed("ended with status " + std::to_string(status) +
                      "; run it as the same user to see what it says");
    auto token = boost::trim_copy_if(outcome.output, boost::is_any_of(" \t\r\n"));
    if (token.empty()) return failed("printed nothing");
    if (!is_token(token)) return failed("printed something that is not one token");
    return token;
}

Error TokenCommand::not_started(int error) const {
    auto const failure = failed(std::string{"cannot be started: "} + std::strerror(error) +
                                "; put it there, or correct credentials.token_command");
    return {lacks_something(error) ? Errc::busy : failure.code(), failure.message()};
}

Error TokenCommand::failed(std::string const& how) const {
    return {Errc::bad_request, "the token command " + words_.front() + " " + how};
}

}  // namespace settings::sync
