#pragma once

#include <termios.h>

#include <chrono>
#include <string>

#include "os/descriptor.h"
#include "os/held_signals.h"

namespace settings::cli {

/// The whole terminal that the output goes to, as long as this lives: its other screen, no cursor,
/// and keys that come one by one and are not shown. However that ends, by a signal too, the
/// terminal is then as it was, with what it showed.
///
/// A person may stop the program meanwhile, and has the terminal as it was until they continue it.
class Screen {
  public:
    /// Whether the output goes to a terminal that can do this.
    [[nodiscard]] static bool is_possible();

    /// Throws std::runtime_error.
    Screen();
    Screen(Screen const&) = delete;
    Screen& operator=(Screen const&) = delete;
    ~Screen();

    /// Shows these lines in the place of those before: what the terminal has room for, and when its
    /// size changes what it has room for then. Throws std::runtime_error when it cannot be written
    /// to.
    void show(std::string lines);

    /// Waits for so long. False, at once, when the person wants no more (q, Ctrl-C, or the terminal
    /// is gone), or a signal is going to end the program once this is destroyed.
    [[nodiscard]] bool goes_on_for(std::chrono::milliseconds time);

  private:
    void enter();
    void leave();
    void draw();
    void draw_anew();
    void stop();
    /// False when it ends the showing.
    [[nodiscard]] bool obey(int signal);
    [[nodiscard]] bool wants_more() const;

    os::HeldSignals ending_;   ///< which nobody takes
    os::HeldSignals told_;     ///< those that are no end, and SIGINT, which is a good one
    os::Descriptor keyboard_;  ///< none where nobody sits at it
    termios before_{};
    std::string lines_;
    std::string drawn_;
    bool is_entered_ = false;
};

}  // namespace settings::cli
