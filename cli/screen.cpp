#include "cli/screen.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "cli/layout.h"
#include "cli/output.h"

namespace settings::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr TerminalSize usual{24, 80};
constexpr std::string_view other_screen = "\033[?1049h\033[?25l";  // and no cursor
constexpr std::string_view former_screen = "\033[?25h\033[?1049l";

/// Draws over what is there, without a flicker. Each row is erased before it is written: behind one
/// that fills it to the last column, the erasing would take that column.
std::string drawing_of(std::string const& lines, TerminalSize size) {
    std::string text = "\033[H";
    std::size_t rows = 0;
    for (std::size_t at = 0; at < lines.size(); ++rows) {
        auto const end = std::min(lines.find('\n', at), lines.size());
        text += (rows == 0 ? "\033[K" : "\n\033[K") + lines.substr(at, end - at);
        at = end + 1;
    }
    return rows < size.rows ? text + "\n\033[J" : text;
}

}  // namespace

bool Screen::is_possible() {
    char const* kind = std::getenv("TERM");
    bool const can_redraw = kind != nullptr && *kind != '\0' && kind != std::string_view{"dumb"};
    return can_redraw && isatty(STDOUT_FILENO) == 1;
}

Screen::Screen()
    : ending_{SIGTERM, SIGHUP, SIGQUIT},
      told_{SIGINT, SIGWINCH, SIGTSTP, SIGCONT},
      keyboard_{open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY)} {
    if (keyboard_.is_open() && tcgetattr(keyboard_.number(), &before_) != 0) keyboard_.close();
    enter();
}

Screen::~Screen() { leave(); }

void Screen::enter() {
    // First of all: in the background it stops the program, before anything is drawn.
    if (keyboard_.is_open()) {
        auto modes = before_;
        modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        modes.c_cc[VMIN] = 1;
        modes.c_cc[VTIME] = 0;
        tcsetattr(keyboard_.number(), TCSADRAIN, &modes);
    }
    if (!std::exchange(is_entered_, true))
        static_cast<void>(!write(STDOUT_FILENO, other_screen.data(), other_screen.size()));
    draw_anew();
}

void Screen::leave() {
    static_cast<void>(!write(STDOUT_FILENO, former_screen.data(), former_screen.size()));
    is_entered_ = false;
    if (keyboard_.is_open()) tcsetattr(keyboard_.number(), TCSADRAIN, &before_);
}

void Screen::show(std::string lines) {
    lines_ = std::move(lines);
    draw();
}

void Screen::draw() {
    auto const size = terminal_size().value_or(usual);
    auto drawing = drawing_of(cropped(lines_, size), size);
    if (drawing == drawn_) return;
    print(drawing, Style::terminal);
    drawn_ = std::move(drawing);
}

void Screen::draw_anew() {
    drawn_.clear();
    if (!lines_.empty()) draw();
}

/// Where nobody could continue the program, the kernel does not stop it.
void Screen::stop() {
    leave();
    told_.let_come(SIGTSTP);
    enter();
}

bool Screen::obey(int signal) {
    switch (signal) {
        case SIGINT: return false;
        case SIGTSTP: stop(); break;
        case SIGCONT: enter(); break;  // whoever had the terminal meanwhile may have changed it
        default: draw_anew();
    }
    return true;
}

bool Screen::wants_more() const {
    char key = 0;
    auto const size = read(keyboard_.number(), &key, 1);
    if (size < 0) return errno == EINTR || errno == EAGAIN;
    return size == 1 && key != 'q' && key != 'Q';
}

bool Screen::goes_on_for(milliseconds time) {
    auto const deadline = steady_clock::now() + time;
    for (;;) {
        auto const left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
        pollfd ready[]{{ending_.descriptor(), POLLIN, 0},
                       {told_.descriptor(), POLLIN, 0},
                       {keyboard_.number(), POLLIN, 0}};
        int const count =
            poll(ready, 3, static_cast<int>(std::max(left.count(), milliseconds::rep{0})));
        if (count == 0) return true;
        if (count < 0) continue;
        if (ready[0].revents != 0) return false;
        if (auto const signal = told_.take(); signal && !obey(*signal)) return false;
        if (ready[2].revents != 0 && !wants_more()) return false;
    }
}

}  // namespace settings::cli
