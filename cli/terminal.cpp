#include "cli/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "cli/usage_error.h"
#include "os/descriptor.h"
#include "os/held_signals.h"

namespace settings::cli {
namespace {

/// While it lives the terminal does not show what is typed, and the signals that would end or stop
/// the program wait. They come when all is as it was.
class Silence {
  public:
    explicit Silence(int terminal) : terminal_{terminal} { hide(); }
    Silence(Silence const&) = delete;
    Silence& operator=(Silence const&) = delete;
    ~Silence() { show(); }

    /// Until there is a line to read. False where the program was stopped meanwhile, and goes on:
    /// the question may have left the screen. Throws when a signal comes that ends the program.
    [[nodiscard]] bool wait_for_line() {
        pollfd ready[]{{terminal_, POLLIN, 0},
                       {ending_.descriptor(), POLLIN, 0},
                       {stopping_.descriptor(), POLLIN, 0}};
        while (poll(ready, 3, -1) < 0 && errno == EINTR) continue;
        if (ready[1].revents != 0) throw std::runtime_error{"interrupted"};
        if (!stopping_.take()) return true;
        show();
        stopping_.let_come(SIGTSTP);
        hide();
        return false;
    }

  private:
    void hide() {
        if (tcgetattr(terminal_, &before_) != 0)
            throw std::runtime_error{std::string{"cannot use the terminal: tcgetattr: "} +
                                     std::strerror(errno)};
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL;
        tcsetattr(terminal_, TCSAFLUSH, &silent);
    }
    void show() const { tcsetattr(terminal_, TCSAFLUSH, &before_); }

    int terminal_;
    os::HeldSignals stopping_{SIGTSTP};
    os::HeldSignals ending_{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    termios before_{};
};

}  // namespace

Terminal::Terminal(std::string const& otherwise)
    : terminal_{open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)} {
    if (!terminal_.is_open()) throw UsageError{"there is no terminal to ask at; " + otherwise};
}

std::string Terminal::ask(std::string const& question) const {
    say(question);
    return line_with_text();
}

std::string Terminal::ask_hidden(std::string const& question) const {
    Silence silence{terminal_.number()};
    do say(question);
    while (!silence.wait_for_line());
    return line_with_text();
}

void Terminal::say(std::string const& text) const {
    static_cast<void>(!write(terminal_.number(), text.data(), text.size()));
}

bool Terminal::agrees(std::string const& question) const {
    say(question);
    auto const answer = line();
    return answer && !answer->starts_with('n') && !answer->starts_with('N');
}

bool Terminal::approves(std::string const& what, std::string const& question) const {
    show(what);
    return choice(question + " [y/N] ") == 'y';
}

std::optional<char> Terminal::choice(std::string const& question) const {
    say(question);
    auto const answer = line();
    if (!answer) return std::nullopt;
    if (answer->empty()) return ' ';
    return static_cast<char>(std::tolower(static_cast<unsigned char>(answer->front())));
}

/// A terminal gives whole lines, up to its own limit of 4096 bytes.
std::optional<std::string> Terminal::line() const {
    std::string text(4096, '\0');
    auto const size = read(terminal_.number(), text.data(), text.size());
    if (size <= 0) return std::nullopt;
    text.resize(static_cast<std::size_t>(size));
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

std::string Terminal::line_with_text() const {
    auto const text = line();
    if (!text || text->empty()) throw UsageError{"nothing was entered"};
    return *text;
}

}  // namespace settings::cli
