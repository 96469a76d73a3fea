#include "tests/support/terminal_session.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

#include "tests/support/eventually.h"

namespace settings {
namespace {

winsize as_winsize(TerminalSession::Size size) {
    return {.ws_row = size.rows, .ws_col = size.columns, .ws_xpixel = 0, .ws_ypixel = 0};
}

}  // namespace

TerminalSession::TerminalSession(std::vector<std::string> const& words, Size shown) {
    std::vector<char*> arguments;
    for (auto const& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    auto const size = as_winsize(shown);
    pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ < 0) throw std::runtime_error{"forkpty failed"};
    if (pid_ != 0) return;
    execvp(arguments.front(), arguments.data());
    _exit(127);
}

TerminalSession::~TerminalSession() {
    if (pid_ > 0) kill(pid_, SIGKILL);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
    close(terminal_);
}

bool TerminalSession::read_more() {
    pollfd ready{terminal_, POLLIN, 0};
    std::chrono::milliseconds const limit{patience};
    if (poll(&ready, 1, static_cast<int>(limit.count())) == 0)
        throw std::runtime_error{"nothing more is shown than: " + shown_};
    char chunk[256];
    auto const size = read(terminal_, chunk, sizeof chunk);
    if (size > 0) shown_.append(chunk, static_cast<std::size_t>(size));
    return size > 0;
}

void TerminalSession::expect(std::string const& text) {
    while (shown_.find(text, expected_) == std::string::npos)
        if (!read_more()) throw std::runtime_error{"not shown: " + text + "; but: " + shown_};
    expected_ = shown_.find(text, expected_) + text.size();
}

void TerminalSession::type(std::string const& text) const {
    if (write(terminal_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        throw std::runtime_error{"cannot type at the terminal"};
}

void TerminalSession::send(int signal) const { kill(pid_, signal); }

void TerminalSession::resize(Size size) const {
    auto const told = as_winsize(size);
    if (ioctl(terminal_, TIOCSWINSZ, &told) != 0)
        throw std::runtime_error{"the terminal keeps its size"};
}

bool TerminalSession::echoes() const {
    termios state{};
    tcgetattr(terminal_, &state);
    return (state.c_lflag & ECHO) != 0;
}

int TerminalSession::wait() {
    while (read_more()) continue;
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
}

}  // namespace settings
